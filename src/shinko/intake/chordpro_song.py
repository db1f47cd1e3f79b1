"""A ChordPro song while it is read: its head, its environments, and what directives do to them."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from shinko.errors import ShinkoError
from shinko.intake.chart_cells import NUMBER, chord_word
from shinko.intake.chart_head import is_ritardando, read_tempo
from shinko.intake.draft import (
    LONGEST_WORD,
    SILENCE,
    Cell,
    ChartError,
    Draft,
    RepeatedBars,
    Struck,
    shortened,
)
from shinko.intake.remarks import Remarks
from shinko.intake.sections import Manner
from shinko.score.progression import MOST_CHORDS, TEMPO_RANGE_BPM
from shinko.theory import ChordName, Key, Note, parse_chord_name
from shinko.theory.german import english_chord

_COMMENTS = ("comment", "comment_italic", "comment_box", "highlight")
_LABEL = re.compile(r"""label=(?:"([^"]*)"|'([^']*)')""")
_SHAPE = re.compile(r"\d[\d+x]*")
_SEMITONES = re.compile(r"([+-]?\d{1,3})[bfs#]?")


@dataclass
class ChordProSong:
    """What a reader knows so far."""

    draft: Draft
    head: dict[str, str] = field(default_factory=dict)
    environment: str = ""
    chorus: list[RepeatedBars] = field(default_factory=list)
    section_start: int = 0
    beats: list[Fraction] = field(default_factory=list)
    bars: list[list[Cell]] = field(default_factory=list)
    second_bar: list[Cell] = field(default_factory=list)
    fifths: int = 0
    key_fifths: int = 0
    later_key: str = ""
    later_mode: str = ""
    later_fifths: int = 0
    slows_from: int | None = None
    remarks: Remarks = field(default_factory=Remarks)
    over_words: bool = False


def direct(song: ChordProSong, name: str, value: str) -> None:
    """Do what a directive says; those that mean nothing here are passed over.

    Raises:
      ChartError: its value can't be read, or it stands at the wrong place.
    """
    if (name in ("key", "tempo") and name in song.head) or (name == "mode" and song.later_key):
        _turn(song, name, value)
    elif name in ("title", "key", "mode", "tempo"):
        song.head.setdefault(name, value)
        if name == "key":
            song.key_fifths = song.fifths
    elif name in _COMMENTS and is_ritardando(value):
        song.slows_from = len(song.draft.parts)
    elif name == "transpose":
        match = _SEMITONES.fullmatch(value or "0")
        if match is None:
            raise ChartError(f"transpose {shortened(value)!r}; give semitones, such as 2 or -3")
        song.fifths = (int(match[1]) * 7 + 5) % 12 - 5  # the nearest way around the fifths
        if not song.draft.cells:
            song.key_fifths = song.fifths
        elif "key" in song.head:
            if not song.later_key:
                song.later_key, song.later_mode = song.head["key"], song.head.get("mode", "")
            song.later_fifths = song.fifths
            _turn_key(song)
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
        end_environment(song)


def _turn(song: ChordProSong, name: str, value: str) -> None:
    """A key, its mode or a tempo after the first one."""
    if name == "tempo":
        _turn_tempo(song, value)
        return
    if name == "key":
        song.later_key, song.later_mode, song.later_fifths = value, "", song.fifths
    else:
        song.later_mode = value
    _turn_key(song)


def _turn_key(song: ChordProSong) -> None:
    try:
        key = key_told(song.later_key, song.later_mode, song.later_fifths, song.remarks)
    except ShinkoError:
        song.remarks.say(f"key {shortened(song.later_key)!r} isn't known, and passed over")
    else:
        _hold(song, "key", song.draft.coming._replace(key=key))


def _turn_tempo(song: ChordProSong, value: str) -> None:
    slowest, fastest = TEMPO_RANGE_BPM
    try:
        tempo_bpm = read_tempo(value)
    except ChartError:
        tempo_bpm = 0.0
    if slowest <= tempo_bpm <= fastest:
        _hold(song, "tempo", song.draft.coming._replace(tempo_bpm=tempo_bpm))
    else:
        song.remarks.say(f"tempo {shortened(value)!r} is none that is known, and passed over")


def _hold(song: ChordProSong, what: str, manner: Manner) -> None:
    """From the next section on; from this one, if it has no chords yet."""
    draft = song.draft
    draft.coming = manner
    if not draft.struck:
        draft.manner = manner
    elif draft.manner != manner:
        song.remarks.say(f"a {what} that changes within a section holds from the next one on")


def key_told(text: str, mode: str, fifths: int, remarks: Remarks) -> Key:
    """What {key} says, in the mode that {meta: mode} says, moved by so many fifths.

    Raises:
      ShinkoError: the key isn't known.
    """
    key = Key.parse(shortened(text))
    if mode:
        try:
            key = Key.parse(f"{key.tonic} {shortened(mode)}")
        except ShinkoError:
            remarks.say(f"mode {shortened(mode)!r} isn't known, the key is read as {key}")
    return Key(Note.from_fifths(key.tonic.fifths + fifths), key.mode).usual if fifths else key


def _start(song: ChordProSong, environment: str, value: str) -> None:
    end_environment(song)
    label = _LABEL.search(value)
    first, _, rest = value.partition(" ")
    plain = rest.strip() if environment == "grid" and _SHAPE.fullmatch(first) else value
    if label is not None:
        plain = (label[1] or label[2] or "").strip()
    elif "=" in plain:
        plain = ""
    song.draft.begin_section(plain or ("" if environment == "grid" else environment))
    song.environment, song.section_start, song.bars = environment, len(song.draft.parts), []


def end_environment(song: ChordProSong) -> None:
    """Close the environment, or what stands between two."""
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


def _heard(part: RepeatedBars) -> list[Struck]:
    return [struck for struck in part.struck if struck.text != SILENCE]


def _recall(song: ChordProSong, label: str) -> None:
    end_environment(song)
    if not song.chorus:
        raise ChartError("{chorus} comes before any chorus; write the chorus out first")
    for part in song.chorus:
        for struck in part.struck:
            song.draft.play(struck.text, struck.beats)
        song.draft.name, song.draft.manner = label or part.name, part.manner
        song.draft.end_part(part.times)
    song.draft.begin_section("")
    song.section_start = len(song.draft.parts)


def is_german(song: ChordProSong) -> bool:
    """Whether the key is told in German, and so the chords after it."""
    try:
        return Key.parse(shortened(song.later_key or song.head.get("key", ""))).german
    except ShinkoError:
        return False


def moved(song: ChordProSong, text: str) -> str:
    """A chord as it sounds under {transpose}; what isn't one is told later, with its place."""
    text = chord_word(text)
    if not song.fifths or text == SILENCE or len(text) > LONGEST_WORD:
        return text
    try:
        name = parse_chord_name(english_chord(text) if is_german(song) else text)
    except ShinkoError:
        return text
    root, bass = (
        note and Note.from_fifths(note.fifths + song.fifths) for note in (name.root, name.bass)
    )
    return str(ChordName(root or name.root, name.quality, bass))
