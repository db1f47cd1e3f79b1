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
    section. Of several {time} or {tempo} the first counts.
  - {transpose: 2} moves the chords after it, and the key, by semitones. {capo: 2} changes
    nothing: chords and key are those that are written, for the shapes under the capo.
  - {x_shinko_beats: …}, which `export.chordpro` writes, tells the quarter notes of the chords of
    the next grid. Other directives, comments, markup and [*annotations] are passed over.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from shinko.errors import ShinkoError
from shinko.intake.chart import (
    NUMBER,
    check_text,
    chord_word,
    read_meter,
    read_tempo,
)
from shinko.intake.chart import (
    read_line as read_chart_line,
)
from shinko.intake.draft import (
    GOES_ON,
    LONGEST_WORD,
    SAME_BAR,
    SILENCE,
    Cell,
    ChartError,
    Draft,
    Part,
    Struck,
    progression_of,
    shortened,
)
from shinko.intake.hints import chord_in, is_degree, was_meant_as_chord
from shinko.intake.lyrics import heading_in, is_chord_line
from shinko.intake.remarks import Remarks
from shinko.score.progression import MOST_CHORDS, Progression
from shinko.theory import ChordName, Key, Note, parse_chord_name

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
}
# What these environments hold are no lyrics.
_FOREIGN = {"tab", "abc", "ly", "svg", "textblock", "strum", "grille", "musicxml"}
_DIRECTIVE = re.compile(r"\{([^{}]*)\}")
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"\s*([A-Za-z_]\w*)((?:-[\w-]*!?)?)[ \t]*:?")
_LABEL = re.compile(r"""label=(?:"([^"]*)"|'([^']*)')""")
_SHAPE = re.compile(r"\d[\d+x]*")
_CHORD = re.compile(r"\[([^\[\]]*)\]")
_BAR = re.compile(r":?\|[|:.]?|:\|:")
_TIMES = re.compile(r"\d{1,6}")
_SEMITONES = re.compile(r"([+-]?\d{1,3})[bfs#]?")
_NEW_SONG = re.compile(r"\s*\{\s*(?:new_song|ns)\s*\}\s*", re.IGNORECASE)


@dataclass
class _Song:
    """What a reader knows so far."""

    draft: Draft
    head: dict[str, str] = field(default_factory=dict)
    environment: str = ""
    chorus: list[Part] = field(default_factory=list)
    section_start: int = 0
    beats: list[Fraction] = field(default_factory=list)
    bars: list[list[Cell]] = field(default_factory=list)
    second_bar: list[Cell] = field(default_factory=list)
    fifths: int = 0
    key_fifths: int = 0
    remarks: Remarks = field(default_factory=Remarks)
    over_words: bool = False


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
    song = _Song(Draft(_meter(lines, remarks)), remarks=remarks)
    song.over_words = not any(map(chord_in, _CHORD.findall(text)))
    for number, line in enumerate(lines, start=first_line):
        if line.startswith("#") or not line.strip():
            continue
        try:
            _read_line(song, line)
        except ChartError as error:
            raise ChartError(f"line {number}: {error}") from None
    _end(song)
    key = None
    if "key" in song.head:
        key = Key.parse(shortened(song.head["key"]))
        key = Key(Note.from_fifths(key.tonic.fifths + song.key_fifths), key.mode)
        key = key.usual if song.key_fifths else key
    return progression_of(
        song.draft,
        key=key,
        tempo_bpm=_tempo(song),
        title=song.head.get("title", ""),
        bars=bars,
        remarks=remarks,
    )


def _tempo(song: _Song) -> float | None:
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


def _read_line(song: _Song, line: str) -> None:
    foreign = song.environment in _FOREIGN
    place = _after_space(line, 0)
    while (match := _DIRECTIVE.match(line, place)) is not None:  # some write several on a line
        name, value = _named(match[1])
        if not foreign or name == f"end_of_{song.environment}":
            _direct(song, name, value)
        place = _after_space(line, match.end())
        foreign = song.environment in _FOREIGN
    line = line[place:].strip()
    if foreign or not line:
        return
    if line.startswith("{") or "[" in _CHORD.sub("", line):
        raise ChartError(f"{shortened(line)!r} has a bracket without its other half")
    if song.environment == "grid":
        _read_grid_line(song, line)
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


def _add_chords(song: _Song, inside: str) -> None:
    """What stands in brackets: a chord, seldom several, or something else."""
    text = inside.removeprefix("(").removesuffix(")") if inside.endswith(")") else inside
    if not text or text.startswith("*") or not set(text) - set("|/%:."):
        return
    words = text.split()
    are_chords = [_is_chord(song, word) for word in words]
    for word in words if all(are_chords) else [text]:
        word = word.rstrip("*")  # a mark for the reader
        if _is_chord(song, word):
            song.draft.add_freely(_moved(song, word), song.draft.bar_beats)
        else:
            song.remarks.count("passed over what is no chord", word)


def _is_chord(song: _Song, text: str) -> bool:
    """Whether this is a chord, or was meant as one: that is told later, with its place."""
    if chord_word(text) == SILENCE or was_meant_as_chord(text):
        return True
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


def _direct(song: _Song, name: str, value: str) -> None:
    if name in ("title", "key", "tempo"):
        song.head.setdefault(name, value)
        if name == "key":
            song.key_fifths = song.fifths
    elif name == "transpose":
        match = _SEMITONES.fullmatch(value or "0")
        if match is None:
            raise ChartError(f"transpose {shortened(value)!r}; give semitones, such as 2 or -3")
        song.fifths = (int(match[1]) * 7 + 5) % 12 - 5  # the nearest way around the fifths
        if not song.draft.cells:
            song.key_fifths = song.fifths
    elif name == "x_shinko_beats":
        numbers = value.split()[: MOST_CHORDS + 1]
        if not numbers or not all(map(NUMBER.fullmatch, numbers)):
            raise ChartError(f"x_shinko_beats {shortened(value)!r}; give numbers of quarter notes")
        song.beats = list(map(Fraction, numbers))
    elif name == "new_song" and song.draft.cells:
        raise ChartError("a second song begins; give one song a file")
    elif name == "capo" and value not in ("", "0"):
        song.remarks.say(f"capo {shortened(value)}: chords are read as they are written")
    elif name == "chorus":
        _recall(song, value)
    elif name.startswith("start_of_"):
        _start(song, name.removeprefix("start_of_"), value)
    elif name.startswith("end_of_"):
        if name.removeprefix("end_of_") != song.environment:
            raise ChartError(f"{{{shortened(name)}}} ends what hasn't begun; begin it first")
        _end(song)


def _start(song: _Song, environment: str, value: str) -> None:
    _end(song)
    label = _LABEL.search(value)
    first, _, rest = value.partition(" ")
    plain = rest.strip() if environment == "grid" and _SHAPE.fullmatch(first) else value
    if label is not None:
        plain = (label[1] or label[2] or "").strip()
    elif "=" in plain:
        plain = ""
    song.draft.begin_section(plain or ("" if environment == "grid" else environment))
    song.environment, song.section_start, song.bars = environment, len(song.draft.parts), []


def _end(song: _Song) -> None:
    song.draft.end_section()
    parts = song.draft.parts[song.section_start :]
    if song.environment == "chorus":
        song.chorus = parts
    if song.environment == "grid" and song.beats:
        chords = [struck for part in parts for struck in _heard(part)]
        if len(chords) != len(song.beats):
            raise ChartError(
                f"x_shinko_beats tells {len(song.beats)} chords and the grid has {len(chords)}; "
                "give each chord its quarter notes, or leave the line out"
            )
        for struck, beats in zip(chords, song.beats, strict=True):
            struck.beats = beats
        for part in parts:
            part.struck = _heard(part)
        song.beats = []
    song.environment = ""
    song.draft.begin_section("")
    song.section_start = len(song.draft.parts)


def _heard(part: Part) -> list[Struck]:
    return [struck for struck in part.struck if struck.text != SILENCE]


def _recall(song: _Song, label: str) -> None:
    _end(song)
    if not song.chorus:
        raise ChartError("{chorus} comes before any chorus; write the chorus out first")
    for part in song.chorus:
        for struck in part.struck:
            song.draft.play(struck.text, struck.beats)
        song.draft.name = label or part.name
        song.draft.end_part(part.times)
    song.draft.begin_section("")
    song.section_start = len(song.draft.parts)


def _read_grid_line(song: _Song, line: str) -> None:
    tokens = line.split()
    bars = [place for place, token in enumerate(tokens) if "|" in token]
    if not bars:
        return  # a margin note
    cells: list[str] = []
    for token in tokens[bars[0] : bars[-1] + 1]:
        if "|" not in token:
            cells.append(token)
            continue
        if _BAR.fullmatch(token) is None:
            raise ChartError(
                f"{shortened(token)!r} is no bar line that is read here; write |, |: or :| between "
                "spaces, and endings out in full"
            )
        if cells:
            _add_bar(song, cells)
            cells = []
        if token.startswith(":"):
            song.draft.end_repeat()
        if token != "|" and token.endswith("|:"):
            song.draft.begin_repeat()
    after = tokens[bars[-1] + 1 :]
    times = _TIMES.search(" ".join(after)[:80])
    if tokens[bars[-1]] == ":|" and times is not None:
        song.draft.parts[-1].times = int(times[0])


def _add_bar(song: _Song, words: Sequence[str]) -> None:
    """A bar of a grid; the cells after "%" stay empty, those after "%%" in the next bar too."""
    empty = all(word == "." for word in words)
    if empty and song.second_bar:
        cells, song.second_bar = song.second_bar, []
    elif words[0] == "%%" and len(song.bars) > 1:
        cells, song.second_bar = song.bars[-2:]
    elif words[0] in (SAME_BAR, "%%"):
        song.draft.add_bar([Cell(SAME_BAR)])
        song.bars += song.bars[-1:]
        return
    else:
        cells, song.second_bar = list(_cells(song, words)), []
    song.draft.add_bar(cells)
    song.bars.append(cells)


def _cells(song: _Song, words: Sequence[str]) -> Iterator[Cell]:
    share = song.draft.bar_beats / len(words)
    for word in words:
        chords = [chord for chord in word.split("~") if chord]
        if word in (".", "/", SAME_BAR) or not chords:
            yield Cell(GOES_ON)
        elif len(chords) == 1:
            yield Cell(_moved(song, chords[0]))
        else:
            yield from (Cell(_moved(song, chord), share / len(chords)) for chord in chords)


def _moved(song: _Song, text: str) -> str:
    """A chord as it sounds under {transpose}; what isn't one is told later, with its place."""
    text = chord_word(text)
    if not song.fifths or text == SILENCE or len(text) > LONGEST_WORD:
        return text
    try:
        name = parse_chord_name(text)
    except ShinkoError:
        return text
    root, bass = (
        note and Note.from_fifths(note.fifths + song.fifths) for note in (name.root, name.bass)
    )
    return str(ChordName(root or name.root, name.quality, bass))
