"""ChordPro 6 songs: chords over lyrics and grids, with the head in directives.

    {title: Two doors} {key: G} {tempo: 90} {time: 3/4}
    {start_of_verse: Verse 1}
    [G]Words and [D7]more
    {end_of_verse}
    {start_of_grid label="Solo"}
    |: G . . | C~D7 . . :| x3
    {end_of_grid}

Conventions:
  - ChordPro has durations only in grids. A chord over lyrics lasts one bar; so do chords on a
    line of their own. What is sung belongs to the chord before it.
  - A grid's cells share their bar evenly; "." goes on, "C~D" shares a cell, "%" is the last bar
    again and "%%" the last two. Text before the first and after the last bar line is a margin
    note; of those, a number after ":|" tells how often it is played. "|1" and "|2" are endings,
    and rows of strums ("|s") are passed over.
  - A section is an environment ("start_of_bridge") with its label, or else its name. {chorus}
    plays the last chorus again, under the transposition that holds there. Tabs and other foreign
    environments are passed over, and what is for other instruments than the guitar.
  - Where no chord stands in brackets, chords over words are read as in `chart`.
  - [Verse 1] alone on a line is a section. Of several {time} the first counts.
  - The first {key} and {tempo} are the piece's; later ones hold from the next section on. A comment
    "rit." in the last section, or after it, slows it down.
  - {transpose: 2} moves the chords after it, and the key, by semitones; see `chordpro_moves`.
    {capo: 2} changes nothing: chords and key are those that are written, for the shapes under the
    capo.
  - {key} may hold a mode, {key: D dorian}; what {meta: mode dorian} says goes before it.
  - {x_shinko_beats: …}, which `export.chordpro` writes, tells the quarter notes of the chords of
    the next section. Comments, markup and [*annotations] are passed over.
  - What can't be read, or stands where it means nothing, is told with its line, and the rest read:
    only a song without a chord is refused.
"""

import re
from collections.abc import Iterator, Sequence

from shinko.intake.chart_cells import chord_word
from shinko.intake.chart_head import check_text, meter_in, tempo_in
from shinko.intake.chart_line import put_words
from shinko.intake.chart_line import read_line as read_chart_line
from shinko.intake.chordpro_grid import read_grid_line
from shinko.intake.chordpro_song import ChordProSong, close, direct, is_german, key_told
from shinko.intake.chordpro_text import (
    CHORD,
    FOREIGN,
    Directive,
    directive,
    directives,
    ended_by,
    lines_of,
    narrow,
    plain,
)
from shinko.intake.draft import SILENCE, ChartError, Draft, TooMuchError, shortened
from shinko.intake.drafted import progression_of
from shinko.intake.hints import chord_in, is_degree, was_meant_as_chord
from shinko.intake.lyrics import heading_in, is_chord_line, is_fingerings
from shinko.intake.remarks import Remarks
from shinko.score.progression import Progression
from shinko.theory import Key
from shinko.theory.german import english_chord
from shinko.theory.symbols import in_one_word

_NEW_SONG = re.compile(r"\s*\{\s*(?:new_song|ns)\b[^{}]*\}(.*)", re.IGNORECASE | re.DOTALL)


def songs_in(text: str) -> list[tuple[int, str]]:
    """The songs of a text that {new_song} parts, each with the number of its first line."""
    songs: list[tuple[int, list[str]]] = [(1, [])]
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if (begun := _NEW_SONG.fullmatch(plain(line))) is None:
            songs[-1][1].append(line)
        elif begun[1].strip():
            songs.append((number, [begun[1]]))
        else:
            songs.append((number + 1, []))
    filled = [(first, "\n".join(lines)) for first, lines in songs if any(map(str.strip, lines))]
    return filled or [(1, "")]


def read_chordpro(
    text: str,
    *,
    first_line: int = 1,
    bars: tuple[int, int] | None = None,
    remarks: Remarks | None = None,
) -> Progression:
    """The progression of a ChordPro song; the key is found from the chords if none is told.

    Args:
      first_line: the number of the text's first line, for remarks.
      bars: first and last bar to take, from 1, repeats counted once; all of them without it.
      remarks: where to say what was passed over or changed.

    Raises:
      ShinkoError: it has no chord that can be read, or more chords than a progression has.
    """
    return progression_in(read_song(text, first_line=first_line, remarks=remarks), bars)


def progression_in(song: ChordProSong, bars: tuple[int, int] | None = None) -> Progression:
    """The progression of a song that was read; see `read_chordpro`.

    Raises:
      ShinkoError: as there.
    """
    return progression_of(
        song.draft,
        key=told_key(song),
        tempo_bpm=_tempo(song),
        title=song.head.get("title", ""),
        bars=bars,
        remarks=song.remarks,
        ritardando=song.slows_from is not None and len(song.draft.parts) <= song.slows_from + 1,
        details=song.details,
    )


def read_song(text: str, *, first_line: int = 1, remarks: Remarks | None = None) -> ChordProSong:
    """A ChordPro song as it is written: what its directives say, and the draft of its chords.

    Raises:
      ChartError: it is no text, or has more chords than can be counted.
    """
    check_text(text, forgiving=True)
    remarks = Remarks() if remarks is None else remarks
    lines = [(number, plain(line)) for number, line in lines_of(text, first_line)]
    song = ChordProSong(Draft(_meter(lines, remarks), remarks=remarks), remarks=remarks)
    song.over_words = not any(chord_in(narrow(c)) for _, line in lines for c in CHORD.findall(line))
    ends = {ended_by(line): number for number, line in lines}
    for number, line in lines:
        if line.startswith("#") or not line.strip():
            continue
        remarks.line = number
        try:
            _read_line(song, line)
        except TooMuchError as error:
            raise ChartError(f"line {number}: {error}") from None
        except ChartError as error:
            remarks.fault(str(error))
        song.closes = ends.get(song.environment, 0) > number
    close(song)
    remarks.line = 0
    return song


def told_key(song: ChordProSong) -> Key | None:
    """What {key} and {transpose} say, in the mode that {meta: mode} says; None for no key."""
    head = song.head
    if "key" not in head:
        return None
    key = key_told(head["key"], head.get("mode", ""), song.key_move, song.remarks)
    if key is None:
        song.remarks.say(f"key {shortened(head['key'])!r} isn't known, and found from the chords")
    return key


def _tempo(song: ChordProSong) -> float | None:
    """What {tempo} says, if it is a number."""
    if "tempo" not in song.head:
        return None
    tempo_bpm = tempo_in(song.head["tempo"])
    if tempo_bpm is None:
        song.remarks.say(f"tempo {shortened(song.head['tempo'])!r} can't be played, 120 is taken")
    return tempo_bpm


def _meter(lines: Sequence[tuple[int, str]], remarks: Remarks) -> tuple[int, int]:
    """The one meter of the song, wherever it is told: bars need it from the start."""
    meters: dict[tuple[int, int], str] = {}
    for number, line in lines:
        for begin, end in directives(line) if not line.startswith("#") else ():
            one = directive(line[begin + 1 : end - 1])
            if one.name != "time" or not one.is_for_us:
                continue
            if (meter := meter_in(one.value)) is None:
                remarks.place("no meter that is known, and passed over", one.value, number)
            else:
                meters.setdefault(meter, one.value)
                if one.value.strip() != f"{meter[0]}/{meter[1]}":
                    remarks.place(f"read as {meter[0]}/{meter[1]}", one.value, number)
    if len(meters) > 1:
        first = shortened(next(iter(meters.values())))
        remarks.say(f"the meter changes, all bars are read in {first}")
    return next(iter(meters), (4, 4))


def _parts(line: str) -> Iterator[str | Directive]:
    """The directives of a line, and the texts between them."""
    place = 0
    for begin, end in directives(line):
        yield line[place:begin]
        yield directive(line[begin + 1 : end - 1])
        place = end
    yield line[place:]


def _read_line(song: ChordProSong, line: str) -> None:
    sung = False
    for one in _parts(line):
        if isinstance(one, Directive):
            _obey(song, one)
        elif one.strip() and not song.skipped and song.environment not in FOREIGN:
            sung |= _read_text(song, one)
    if sung:
        song.draft.sing("\n")


def _obey(song: ChordProSong, one: Directive) -> None:
    """Do what a directive says, unless it stands in what is passed over."""
    if song.skipped:
        if one.name == f"end_of_{song.skipped}":
            song.skipped = ""
    elif song.environment in FOREIGN and one.name != f"end_of_{song.environment}":
        # All of it is text there, unless it was forgotten to end.
        if one.name.startswith(("start_of_", "end_of_")) and not song.closes:
            song.remarks.fault(f"the {song.environment} before it has no end")
            close(song)
            if one.name.startswith("start_of_"):
                direct(song, one)
    elif one.is_for_us:
        direct(song, one)
    else:
        song.remarks.place("what is for others is left out", f"{{{one.name}-{one.selector}}}")
        if one.name.startswith("start_of_"):
            song.skipped = one.name.removeprefix("start_of_")


def _read_text(song: ChordProSong, line: str) -> bool:
    """What stands beside directives; whether it has words."""
    if line.lstrip().startswith("{") or "[" in CHORD.sub("", line):
        song.remarks.fault(f"{shortened(line.strip())!r} has a bracket without its other half")
        if line.lstrip().startswith("{"):
            direct(song, directive(line.strip()[1:]))
            return False
    if song.environment == "grid":
        read_grid_line(song, line.strip())
        return False
    if is_fingerings(line):
        song.remarks.place("fingerings, passed over", line.strip())
        return False
    found = CHORD.findall(line)
    text = line.strip()
    heading = heading_in(text[1:-1] if len(found) == 1 and text[-1] == "]" else text)
    if heading and (found or song.over_words):
        song.draft.begin_section(heading)
        return False
    if song.over_words and not found:
        return _over_words(song, line)
    before, *parts = CHORD.split(line)
    if before.strip():
        song.draft.sing(before.lstrip())
    sung = bool(before.strip())
    for inside, words in zip(parts[::2], parts[1::2], strict=True):
        _add_chords(song, narrow(inside.strip()))
        sung |= bool(words.strip())
        if sung:
            song.draft.sing(words)
    return sung


def _over_words(song: ChordProSong, line: str) -> bool:
    draft = song.draft
    if is_chord_line(line):
        song.remarks.say("chords over words: each is one bar long")
        first = len(draft.struck)
        read_chart_line(draft, line)
        song.chord_line = line, first
        return False
    put_words(draft, line, *song.chord_line)
    song.chord_line = "", 0
    return False


def _add_chords(song: ChordProSong, inside: str) -> None:
    """What stands in brackets: a chord, seldom several, or something else."""
    bracketed = inside.startswith("(") and inside.endswith(")")
    text = inside[1:-1] if bracketed else inside
    if inside.startswith("*"):
        song.beside["annotation"] += 1
    if not text or text.startswith("*") or not set(text) - set("|/%:."):
        return
    words = in_one_word(text).split()
    are_chords = [_is_chord(song, word) for word in words]
    for word in words if all(are_chords) else [text]:
        word = word.rstrip("*")  # a mark for the reader
        if _is_chord(song, word):
            song.draft.add_freely(song.moved(word), song.draft.bar_beats)
        else:
            song.remarks.place("passed over what is no chord", word)


def _is_chord(song: ChordProSong, text: str) -> bool:
    """Whether this is a chord, or was meant as one: that is told later, with its place."""
    if chord_word(text) == SILENCE or was_meant_as_chord(text):
        return True
    if is_german(song):
        text = english_chord(text)
    # Numerals and ids stand alone, not among chord symbols.
    return chord_in(text) is not None or (song.over_words and is_degree(text))
