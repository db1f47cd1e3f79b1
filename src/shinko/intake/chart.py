"""Chord charts as people type them, and as `export.chart` writes them.

    Am7 D7 Gmaj7                          a chord a bar; also Am7 - D7 - Gmaj7, Am7, D7 → Gmaj7
    | C  G | Am / / F | % |               bars; their cells share them
    |: C | F*1.5 G*2.5 :| x3              repeats; quarter notes told by *
    [Verse] I V vi IV    Chorus: 1 5 6 4  sections; Roman numerals; Hooktheory ids
    key: G  tempo: 90  meter: 3/4         the head; a title takes the rest of its line
    key: D  tempo: 80  style: bossa       later, below the name of a section: what is new there
    rit.                                  the last line, if it slows down at the end

Conventions:
  - "/" and "." go on with the chord before. In a line without bars they make every cell a beat of
    the meter, but "C / G / Am", one between every two chords, is a chord a bar.
    A "-" stands between chords; several in a row, or one alone in a bar, go on too.
  - Chords share a bar in whole beats, the first ones longer: three in 4/4 last 2, 1 and 1. Where
    "/" or "." are among them, all cells are equally long.
  - "%" alone in a bar is the same bar again: a single chord goes on, several are struck anew.
  - ":|" without "|:" goes back to the start of the section, and is played twice without "x3". A
    line that ends in "x3" without ":|" is played three times itself.
  - "||" between chords of a line ends a section; at a line's ends it is a bar line.
  - "|1 C :|2 G |" are endings, written out. A meter may stand before the first chord: "3/4 | C |".
    Other numbers among chord symbols are an error, since ids may not be mixed with them.
  - "(C G) x2" repeats what is in brackets.
  - "N.C." is silence where a progression has one: after the last chord of a section, within its
    bar. Elsewhere the chord before it sounds on (at the start of a section, the chord after it
    begins earlier; a section of nothing else is left out), and the remarks say so.
  - Lines of words under lines of chords are passed over, see `lyrics`.
  - "_" is a slot whose chord is open, where that is allowed.
  - The first key, and the first tempo, are the piece's, wherever they stand. Later ones begin a
    section and hold until the next; a style is that of its section alone.
  - A key that nobody tells is found from the chord symbols. Without any it is A minor where i comes
    more often than I, else C major.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import islice

from shinko.intake.chart_cells import cells_of
from shinko.intake.chart_head import (
    PLAIN,
    check_text,
    head_fields,
    is_ritardando,
    leading_meter,
    manner_of,
    read_meter,
    read_tempo,
)
from shinko.intake.draft import (
    GOES_ON,
    MOST_CELLS,
    SAME_BAR,
    ChartError,
    Draft,
    progression_of,
    shortened,
)
from shinko.intake.hints import chord_in
from shinko.intake.lyrics import chord_lines
from shinko.intake.remarks import Remarks
from shinko.intake.sections import AS_THE_PIECE, Manner
from shinko.score.cells import cell_beats
from shinko.score.progression import Progression
from shinko.theory import Key
from shinko.theory.symbols import in_one_word

MOST_TOKENS = 50_000  # in a line
_OF_SECTIONS = ("key", "tempo")  # of the head's fields, those that a section may have anew

_ARROW = re.compile(r"-->|->|=>|>")
_LONGEST_LABEL = 80
_NEAR = 4  # lines
_ENDING = re.compile(r"([1-9])\.?")
_GROUP = re.compile(r"\([^()]*\)")
_SPACED_TIMES = re.compile(r"(?<!\S)x( {1,9})(\d{1,6})(?!\S)")
_LABEL_TIMES = re.compile(r"(?<=\s)\(?x(\d{1,6})\)?$")
_TOKEN = re.compile(
    r"\[(?P<name>[^\[\]]*)\]"
    r"|(?P<group>[⟨⟩])"
    r"|(?P<bar>[|:𝄆𝄇]+\]?)"
    # A comma between brackets and a colon before a letter (C:maj7) belong to the chord.
    r"|(?P<word>(?:\([^()\s|]{0,40}\)|:(?=\w)|[^\s|:,𝄆𝄇⟨⟩])+)"
)
_TIMES = re.compile(r"\(?(?:[x*](\d{1,6})|(\d{1,6})x)\)?")


def read_chart(
    text: str,
    *,
    key: Key | None = None,
    meter: tuple[int, int] | None = None,
    tempo_bpm: float | None = None,
    title: str | None = None,
    bars: tuple[int, int] | None = None,
    remarks: Remarks | None = None,
    free: list[int] | None = None,
) -> Progression:
    """The progression of a chord chart; what is given here counts more than its head.

    Args:
      key: found from the chords if neither this nor the head tells it.
      meter: 4/4 if neither tells it; likewise the tempo, 120.
      bars: first and last bar to take, from 1, repeats counted once; all of them without it.
      remarks: where to say what was passed over or changed.
      free: where to say which slots are free, "_"; without it none may be.

    Raises:
      ShinkoError: a chord, a bar or the head can't be read, or there are more chords than a
        progression has; the message is one line that says where.
    """
    check_text(text)
    remarks = Remarks() if remarks is None else remarks
    head: dict[str, str] = {}
    body: list[tuple[int, str]] = []
    turns: list[tuple[int, dict[str, str]]] = []
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        fields = dict(head_fields(line))
        if not fields and line.strip():
            near = " ".join(lines[number - 1 : number + _NEAR]) if not body else ""
            if (leading := leading_meter(near)) is not None:
                fields, line = {"meter": leading[1]}, line[leading.end() :]
            if line.strip():
                body.append((number, line))
        later = {n: v for n, v in fields.items() if body and n in _OF_SECTIONS and n in head}
        if "style" in fields and body:
            later["style"] = fields["style"]
        if later:
            turns.append((number, later))
        for name, value in fields.items():
            if name not in later and head.setdefault(name, value) != value:
                raise ChartError(
                    f"{name} is told twice, {shortened(head[name])!r} and {shortened(value)!r}; "
                    "a chart has one"
                )
    if "style" in head:
        remarks.say("a style before the first section is left out: ask for it where it is played")
    ritardando = bool(body) and is_ritardando(body[-1][1])
    piece_s = AS_THE_PIECE
    if turns:
        piece_s = manner_of({n: head[n] for n in _OF_SECTIONS if n in head}, piece_s, remarks)
    draft = Draft(meter or (read_meter(head["meter"]) if "meter" in head else (4, 4)))
    steps: list[tuple[int, str | dict[str, str]]] = [
        *chord_lines(body[: len(body) - ritardando], remarks),
        *turns,
    ]
    for number, step in sorted(steps, key=lambda step: step[0]):
        try:
            if isinstance(step, str):
                read_line(draft, step)
            else:
                draft.turn(_own(manner_of(step, draft.manner, remarks), piece_s))
        except ChartError as error:
            raise ChartError(f"line {number}: {error}") from None
    return progression_of(
        draft,
        key=key or (Key.parse(shortened(head["key"])) if "key" in head else None),
        tempo_bpm=read_tempo(head["tempo"]) if tempo_bpm is None and "tempo" in head else tempo_bpm,
        title=head.get("title", "") if title is None else title,
        bars=bars,
        remarks=remarks,
        free=free,
        ritardando=ritardando,
    )


def _own(manner: Manner, piece_s: Manner) -> Manner:
    """What of a manner isn't that of the piece."""
    return Manner(
        None if manner.key == piece_s.key else manner.key,
        None if manner.tempo_bpm == piece_s.tempo_bpm else manner.tempo_bpm,
        manner.style,
    )


def read_line(draft: Draft, line: str) -> None:
    """Add a line of chords: bars between bar lines, or a chord a bar."""
    plain = in_one_word(line.translate(PLAIN))
    plain = _ARROW.sub(lambda arrow: " " * len(arrow[0]), plain)
    plain = _SPACED_TIMES.sub(r"\1x\2", _GROUP.sub(_marked_group, plain))
    start = _label_end(plain, line)
    if start:
        label = line[: start - 1].strip()
        times = _LABEL_TIMES.search(plain[: start - 1].strip())
        name = label[: times.start()].rstrip() if times else label
        draft.begin_section(name, int(times[1]) if times else 1)
    tokens = list(islice(_TOKEN.finditer(plain, start), MOST_TOKENS + 1))
    if len(tokens) > MOST_TOKENS:
        raise ChartError(f"more than {MOST_TOKENS} chords and bar lines; give one song, in lines")
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
        raise ChartError("a ':' stands alone; write '|:' or ':|' for a repeat")
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
        raise ChartError(f"'x{times}' stands before any chord; write it after what is repeated")


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
