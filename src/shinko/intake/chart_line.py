"""A line of a chord chart, in the language that `chart` tells: bars, or a chord a bar."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import islice

from shinko.intake.chart_cells import cells_of, chord_word
from shinko.intake.chart_head import PLAIN
from shinko.intake.draft import (
    GOES_ON,
    MOST_CELLS,
    SAME_BAR,
    SILENCE,
    Draft,
    TooMuchError,
)
from shinko.intake.hints import chord_in
from shinko.intake.lyrics import parted
from shinko.score.cells import cell_beats
from shinko.theory.symbols import in_one_word

MOST_TOKENS = 50_000  # in a line

_ARROW = re.compile(r"-->|->|=>|>")
_LONGEST_LABEL = 80
_ENDING = re.compile(r"([1-9])\.?")
_GROUP = re.compile(r"\([^()]*\)")
_SPACED_TIMES = re.compile(r"(?<!\S)x( {1,9})(\d{1,6})(?!\S)")
_MARKED = re.compile(r"(?<![^\s|])(?:\(([^\s()|]{1,40})\)|([^\s()|*]{1,40})\*)(?![^\s|])")
_LABEL_TIMES = re.compile(r"(?<=\s)\(?x(\d{1,6})\)?$")
_TOKEN = re.compile(
    r"\[(?P<name>[^\[\]]*)\]"
    r"|(?P<group>[⟨⟩])"
    r"|(?P<bar>[|:𝄆𝄇]+\]?)"
    # A comma between brackets and a colon before a letter (C:maj7) belong to the chord.
    r"|(?P<word>(?:\([^()\s|]{0,40}\)|:(?=\w)|[^\s|:,𝄆𝄇⟨⟩])+)"
)
_TIMES = re.compile(r"\(?(?:[x*](\d{1,6})|(\d{1,6})x)\)?")


def read_line(draft: Draft, line: str) -> None:
    """Add a line of chords: bars between bar lines, or a chord a bar."""
    plain = in_one_word(line.translate(PLAIN))
    plain = _ARROW.sub(lambda arrow: " " * len(arrow[0]), plain)
    plain = _SPACED_TIMES.sub(r"\1x\2", _GROUP.sub(_marked_group, plain))
    if draft.remarks is not None:
        plain = _MARKED.sub(_bare, plain)
    start = _label_end(plain, line)
    if start:
        label = line[: start - 1].strip()
        times = _LABEL_TIMES.search(plain[: start - 1].strip())
        name = label[: times.start()].rstrip() if times else label
        draft.begin_section(name, int(times[1]) if times else 1)
    tokens = list(islice(_TOKEN.finditer(plain, start), MOST_TOKENS + 1))
    if len(tokens) > MOST_TOKENS:
        raise TooMuchError(f"more than {MOST_TOKENS} chords and bar lines; give one song, in lines")
    barred = any(token["bar"] for token in tokens)
    with_symbols = any(token["word"] and chord_in(token["word"]) for token in tokens)
    line_start, parts = len(draft.struck), len(draft.parts)
    group_start: int | None = None
    words: list[str] = []
    before: re.Match[str] | None = None
    last_word = max((place for place, token in enumerate(tokens) if token["word"]), default=0)
    started = False
    for place, token in enumerate(tokens):
        word = token["word"] or ""
        repeated = _TIMES.fullmatch(word)
        ending = with_symbols and _begins_ending(before, token)
        after_group = before is not None and before["group"] == "⟩"
        before = token
        if word and repeated is None and not ending:
            words.append(word)
            continue
        started |= bool(words)
        _add(draft, words, barred=barred)
        words = []
        if token["name"] is not None:
            draft.begin_section(line[token.start("name") : token.end("name")].strip())
        elif token["bar"] == "||" and started and place < last_word:
            draft.begin_section("")
        elif token["bar"]:
            _bar_line(draft, token["bar"].replace("𝄆", "|:").replace("𝄇", ":|"))
        elif token["group"] == "⟨":
            group_start = len(draft.struck)
        elif ending:
            draft.begin_ending(int(word[0]))
        elif repeated is not None:
            since = line_start if len(draft.parts) == parts else 0
            if after_group and group_start is not None:
                since = group_start
            _repeat(draft, int(repeated[1] or repeated[2]), since)
    _add(draft, words, barred=barred)


def put_words(draft: Draft, words: str, chords: str, first: int) -> None:
    """Words below a line of chords belong to the chords that they stand under.

    Args:
      words: the line.
      chords: the line above; "" if there is none.
      first: the place among the struck chords of the first of that line.
    """
    *_, last = parts = parted(chords, words)
    struck = draft.struck[first:]
    if not chords or len(struck) + 1 != len(parts):
        ended = draft.parts[draft.section_start :]
        if not draft.struck and ended:
            ended[-1].struck[-1].words += words + "\n"
        else:
            draft.sing(words + "\n")
        return
    before = draft.struck[first - 1] if first else struck[0]
    before.words += parts[0]
    for one, sung in zip(struck, [*parts[1:-1], last + "\n"], strict=True):
        one.words += sung


def _bare(found: re.Match[str]) -> str:
    """A chord without the marks that people write around it, as long as it was: "(C)", "G*"."""
    chord = found[1] or found[2]
    meant = chord_in(chord) is not None or chord_word(chord) == SILENCE
    return f" {chord} "[: len(found[0])] if meant else found[0]


def _marked_group(found: re.Match[str]) -> str:
    """ "(C G)" as "⟨C G⟩"; brackets around one word are the word's own."""
    inside = found[0][1:-1]
    return f"⟨{inside}⟩" if " " in inside.strip() else found[0]


def _begins_ending(before: re.Match[str] | None, token: re.Match[str]) -> bool:
    """Whether a number stands right after a bar line, or has a dot: "|1 C", "| 1. C"."""
    if before is None or not before["bar"] or not _ENDING.fullmatch(token["word"] or ""):
        return False
    return before.end() == token.start() or token["word"].endswith(".")


def _label_end(plain: str, line: str) -> int:
    """Where a line goes on after "Verse:"; 0 if it doesn't begin so (C:maj7 is a chord)."""
    end = plain.find(":", 0, _LONGEST_LABEL)
    if end < 0:
        return 0
    label = plain[:end]
    named = label.strip() and not set(label) & set("|[]")
    wide = line[end] == "："
    return end + 1 if named and (wide or not plain[end + 1 : end + 2].strip()) else 0


def _bar_line(draft: Draft, text: str) -> None:
    if "|" not in text:
        draft.fault("a ':' stands alone; write '|:' or ':|' for a repeat")
        return
    if text.startswith(":"):
        draft.end_repeat()
    if text.rstrip("]").endswith(":"):
        draft.begin_repeat()


def _repeat(draft: Draft, times: int, since: int) -> None:
    """An "x3": of the repeat before it, of the section that begins, or of what the line has."""
    if draft.struck:
        line = draft.struck[since:] or draft.struck
        draft.struck = draft.struck[: len(draft.struck) - len(line)]
        draft.end_part(1)
        draft.struck = line
        draft.end_part(times)
    elif len(draft.parts) > draft.section_start:
        draft.parts[-1].times = times
    elif draft.name:
        draft.section_times = times
    else:
        draft.fault(f"'x{times}' stands before any chord; write it after what is repeated")


def _add(draft: Draft, words: Sequence[str], *, barred: bool) -> None:
    cells = list(cells_of(words, barred=barred))
    if not cells:
        return
    if barred:
        chords_only = all(c.beats is None and c.text not in (GOES_ON, SAME_BAR) for c in cells)
        if chords_only and len(cells) <= MOST_CELLS:
            shares = cell_beats(len(cells), draft.meter)
            cells = [cell._replace(beats=beats) for cell, beats in zip(cells, shares, strict=True)]
        draft.add_bar(cells)
        return
    counted = any(cell.text == GOES_ON for cell in cells)
    usual = Fraction(4, draft.meter[1]) if counted else draft.bar_beats
    for cell in cells:
        draft.add_freely(cell.text, cell.beats or usual)
