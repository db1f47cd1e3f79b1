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
    line of their own.
  - A grid's cells share their bar evenly; "." goes on, "C~D" shares a cell, "%" is the last bar
    again and "%%" the last two. Text before the first and after the last bar line is a margin
    note; of those, a number after ":|" tells how often it is played.
  - A section is an environment ("start_of_bridge") with its label, or else its name. {chorus}
    plays the last chorus again. Tabs and other foreign environments are passed over.
  - Where no chord stands in brackets, chords over words are read as in `chart`.
  - What can't be a chord, [riff] or [x2], is passed over and told; [Verse 1] alone on a line is a
    section. Of several {time} the first counts.
  - The first {key} and {tempo} are the piece's; later ones hold from the next section on. A comment
    "rit." in the last section, or after it, slows it down.
  - {transpose: 2} moves the chords after it, and the key, by semitones. {capo: 2} changes
    nothing: chords and key are those that are written, for the shapes under the capo.
  - {key} may hold a mode, {key: D dorian}; what {meta: mode dorian} says goes before it.
  - {x_shinko_beats: …}, which `export.chordpro` writes, tells the quarter notes of the chords of
    the next grid. Other directives, comments, markup and [*annotations] are passed over.
"""

import re
from collections.abc import Sequence

from shinko.intake.chart import read_line as read_chart_line
from shinko.intake.chart_cells import chord_word
from shinko.intake.chart_head import check_text, read_meter, read_tempo
from shinko.intake.chordpro_grid import read_grid_line
from shinko.intake.chordpro_song import (
    ChordProSong,
    direct,
    end_environment,
    is_german,
    key_told,
    moved,
)
from shinko.intake.draft import (
    SILENCE,
    ChartError,
    Draft,
    progression_of,
    shortened,
)
from shinko.intake.hints import chord_in, is_degree, was_meant_as_chord
from shinko.intake.lyrics import heading_in, is_chord_line
from shinko.intake.remarks import Remarks
from shinko.score.progression import Progression
from shinko.theory import Key
from shinko.theory.german import english_chord
from shinko.theory.symbols import in_one_word

_ALIASES = {
    "t": "title",
    "ns": "new_song",
    "soc": "start_of_chorus",
    "eoc": "end_of_chorus",
    "sov": "start_of_verse",
    "eov": "end_of_verse",
    "sob": "start_of_bridge",
    "eob": "end_of_bridge",
    "sot": "start_of_tab",
    "eot": "end_of_tab",
    "sog": "start_of_grid",
    "eog": "end_of_grid",
    "c": "comment",
    "ci": "comment_italic",
    "cb": "comment_box",
}
# What these environments hold are no lyrics.
_FOREIGN = {"tab", "abc", "ly", "svg", "textblock", "strum", "grille", "musicxml"}
_DIRECTIVE = re.compile(r"\{([^{}]*)\}")
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"\s*([A-Za-z_]\w*)((?:-[\w-]*!?)?)[ \t]*:?")
_CHORD = re.compile(r"\[([^\[\]]*)\]")
_NEW_SONG = re.compile(r"\s*\{\s*(?:new_song|ns)\s*\}\s*", re.IGNORECASE)


def songs_in(text: str) -> list[tuple[int, str]]:
    """The songs of a text that {new_song} parts, each with the number of its first line."""
    check_text(text)
    songs: list[tuple[int, list[str]]] = [(1, [])]
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if _NEW_SONG.fullmatch(line):
            songs.append((number + 1, []))
        else:
            songs[-1][1].append(line)
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
      first_line: the number of the text's first line, for errors.
      bars: first and last bar to take, from 1, repeats counted once; all of them without it.
      remarks: where to say what was passed over or changed.

    Raises:
      ShinkoError: a chord, a directive or a bar can't be read, or there are more chords than a
        progression has; the message is one line that says where.
    """
    check_text(text)
    remarks = Remarks() if remarks is None else remarks
    lines = text.removeprefix("\ufeff").splitlines()
    song = ChordProSong(Draft(_meter(lines, remarks)), remarks=remarks)
    song.over_words = not any(map(chord_in, _CHORD.findall(text)))
    for number, line in enumerate(lines, start=first_line):
        if line.startswith("#") or not line.strip():
            continue
        try:
            _read_line(song, line)
        except ChartError as error:
            raise ChartError(f"line {number}: {error}") from None
    end_environment(song)
    return progression_of(
        song.draft,
        key=_key(song),
        tempo_bpm=_tempo(song),
        title=song.head.get("title", ""),
        bars=bars,
        remarks=remarks,
        ritardando=song.slows_from is not None and len(song.draft.parts) <= song.slows_from + 1,
    )


def _key(song: ChordProSong) -> Key | None:
    """What {key} and {transpose} say, in the mode that {meta: mode} says; None for no key."""
    head = song.head
    if "key" not in head:
        return None
    return key_told(head["key"], head.get("mode", ""), song.key_fifths, song.remarks)


def _tempo(song: ChordProSong) -> float | None:
    """What {tempo} says, if it is a number."""
    if "tempo" not in song.head:
        return None
    try:
        return read_tempo(song.head["tempo"])
    except ChartError:
        song.remarks.say(f"tempo {shortened(song.head['tempo'])!r} is no number, 120 is taken")
        return None


def _meter(lines: Sequence[str], remarks: Remarks) -> tuple[int, int]:
    """The one meter of the song, wherever it is told: bars need it from the start."""
    told = []
    for line in lines:
        for match in _DIRECTIVE.finditer(line) if not line.startswith("#") else ():
            name, value = _named(match[1])
            if name == "time":
                told.append(value)
    meters = dict.fromkeys(map(read_meter, told))
    if len(meters) > 1:
        remarks.say(f"the meter changes, all bars are read in {shortened(told[0])}")
    return next(iter(meters), (4, 4))


def _read_line(song: ChordProSong, line: str) -> None:
    foreign = song.environment in _FOREIGN
    place = _after_space(line, 0)
    while (match := _DIRECTIVE.match(line, place)) is not None:  # some write several on a line
        name, value = _named(match[1])
        if not foreign or name == f"end_of_{song.environment}":
            direct(song, name, value)
        place = _after_space(line, match.end())
        foreign = song.environment in _FOREIGN
    line = line[place:].strip()
    if foreign or not line:
        return
    if line.startswith("{") or "[" in _CHORD.sub("", line):
        raise ChartError(f"{shortened(line)!r} has a bracket without its other half")
    if song.environment == "grid":
        read_grid_line(song, line)
        return
    found = _CHORD.findall(line)
    heading = heading_in(line[1:-1] if len(found) == 1 and line[-1] == "]" else line)
    if heading and (found or song.over_words):
        song.draft.begin_section(heading)
    elif song.over_words and not found:
        if is_chord_line(line):
            song.remarks.say("chords over words: each is one bar long")
            read_chart_line(song.draft, line)
    else:
        for inside in found:
            _add_chords(song, inside.strip())


def _add_chords(song: ChordProSong, inside: str) -> None:
    """What stands in brackets: a chord, seldom several, or something else."""
    bracketed = inside.startswith("(") and inside.endswith(")")
    text = inside[1:-1] if bracketed else inside
    if not text or text.startswith("*") or not set(text) - set("|/%:."):
        return
    words = in_one_word(text).split()
    are_chords = [_is_chord(song, word) for word in words]
    for word in words if all(are_chords) else [text]:
        word = word.rstrip("*")  # a mark for the reader
        if _is_chord(song, word):
            song.draft.add_freely(moved(song, word), song.draft.bar_beats)
        else:
            song.remarks.count("passed over what is no chord", word)


def _is_chord(song: ChordProSong, text: str) -> bool:
    """Whether this is a chord, or was meant as one: that is told later, with its place."""
    if chord_word(text) == SILENCE or was_meant_as_chord(text):
        return True
    if is_german(song):
        text = english_chord(text)
    # Numerals and ids stand alone, not among chord symbols.
    return chord_in(text) is not None or (song.over_words and is_degree(text))


def _after_space(line: str, place: int) -> int:
    space = _SPACE.match(line, place)
    return space.end() if space else place


def _named(inside: str) -> tuple[str, str]:
    """The full name and the value of a directive; "" for one that isn't for everybody."""
    match = _NAME.match(inside)
    if match is None or match[2]:  # {key-guitar: G} is for guitarists
        return "", ""
    name = _ALIASES.get(match[1].casefold(), match[1].casefold())
    value = inside[match.end() :].strip()
    if name == "meta":
        first, _, rest = value.partition(" ")
        return first.rstrip(":").casefold(), rest.strip()
    return name, value
