"""What can be asked of a composer: one frozen dataclass for each thing, told once for all faces."""

from __future__ import annotations

import secrets
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Any

from shinko.errors import FieldError
from shinko.files.formats import FILES, Rendering
from shinko.files.requests import read_bars
from shinko.request import Request, asked, part
from shinko.score.arrange import PLAYED
from shinko.score.progression import (
    BEATS_RANGE,
    TEMPO_RANGE_BPM,
    bar_beats,
    parse_meter,
    show_meter,
)
from shinko.songwriting.forms import TEMPLATES
from shinko.songwriting.genres import GENRES
from shinko.theory import Key

USUAL_LENGTH = 8
MOST_COMPOSED = 64
"""Chords that are composed or explained in one piece: a section at most."""

MOST_BARS = 64
"""Of a section."""
MOST_VARIANTS = 100

DIAL, STEERING = "From familiar to adventurous", "Steering"
GIVEN, SECTIONS = "Chords that one has", "Sections"
CHORDS_OR_FILE = "CHORDS|FILE"

_KEY = "Key, such as 'C', 'F# minor', 'Bbm', or 'D dorian'; phrygian, lydian, mixolydian, too."
_FOUND = f"{_KEY[:-1]}; by default that of the chords, or C."
HOME = Key.parse("C major")
"""The key where nothing tells one."""
_DIFFER = 3
TEMPO_BPM, METER = 100.0, (4, 4)
"""Of a piece, where nothing tells them."""
_ONE_HAS = "Chords that one has, typed or in a file"
_BARS: dict[str, Any] = {
    "read": read_bars,
    "show": lambda bars: f"{bars[0]}-{bars[1]}",
}
_OF_BARS = "First and last bar to take of the chords, such as 1-16."
_TABLE = "Whose statistics: a table, or a mixture such as '1960s:2, pop909:1'"
_MEMORYLESS = (
    "By the table alone, which looks back three chords; by default all that was played counts."
)
_VARIETY = "familiar, real (as varied as a song is within itself), adventurous, or effective chords"
_RETURNS = (
    "How much comes back: through-composed (never twice), songs, hypnotic, or repeated pairs in "
    "eight chords, such as 2.5"
)


@dataclass(frozen=True)
class Wishes(Request):
    """What to keep to, as the user wrote it."""

    fix: str = asked(
        "",
        "Chords of slots: '1=I 4=V7|V 8=I'; with a form, 'chorus.1=IV' for a section alone.",
        group=STEERING,
    )
    start: str = asked(
        "",
        "First chord: tonic, any, or a chord such as 'IV' or 'Am'; by default as songs begin.",
        group=STEERING,
    )
    end: str = asked(
        "",
        "authentic, half, plagal, deceptive, or the last chords: 'ii V I'; with a form of the last "
        "section, or 'verse=half chorus=authentic'. By default as songs do.",
        group=STEERING,
    )
    without: str = asked("", "Chords that never come: 'iii7 V/V'.", group=STEERING)
    required: str = asked(
        "", "Chords that come, in each section: 'vi bVII'.", name="with", group=STEERING
    )
    plan: str = asked(
        "",
        "Units of a section: AABA; those of one letter share their chords, A' begins as A and ends "
        "anew. By default, free, it comes back as songs do.",
        group=STEERING,
    )
    loop: bool = asked(False, "The end leads back to the start.", group=STEERING)
    most: int | None = asked(
        None, "How often each chord comes at most, in each section.", least=1, group=STEERING
    )
    repeats: bool = asked(
        True,
        "No chord follows itself at once.",
        name="no_repeat",
        negated=True,
        group=STEERING,
    )


@dataclass(frozen=True)
class ComposeRequest(Request):
    """Chord progressions to compose, and the files to make of them."""

    key: Key | None = asked(None, _FOUND, read=Key.parse, letter="k")
    length: int | None = asked(
        None,
        "Chords of each progression, or of each section of a form; by default as many as are "
        f"given, those of the template, or {USUAL_LENGTH}.",
        least=1,
        most=MOST_COMPOSED,
        letter="l",
    )
    count: int = asked(4, "Progressions.", least=1, most=100_000, letter="n")
    temperature: float = asked(
        1.0,
        "Above 1 bolder, below 1 more usual, at 0 the likeliest chords; for policies without a "
        "dial.",
        least=0,
        most=100,
        letter="t",
        group=DIAL,
    )
    seed: int = asked(
        MISSING,
        "The same seed gives the same music; by default it is drawn by chance.",
        factory=lambda: secrets.randbelow(1_000_000),
        least=0,
        most=2**63 - 1,
        letter="s",
    )
    title: str = asked("", "What it is called; several get a number.")
    tempo_bpm: float | None = asked(
        None,
        f"Tempo; by default that of the chords that are given, or {TEMPO_BPM:g}.",
        name="tempo",
        unit="quarter notes a minute",
        least=TEMPO_RANGE_BPM[0],
        most=TEMPO_RANGE_BPM[1],
        group=PLAYED,
    )
    meter: tuple[int, int] | None = asked(
        None,
        "Such as 3/4 or 6/8; by default that of the chords that are given, or 4/4.",
        read=parse_meter,
        show=show_meter,
        group=PLAYED,
    )
    beats_per_chord: float | None = asked(
        None,
        "How long each chord lasts, all of them alike; see rhythm.",
        unit="quarter notes",
        least=BEATS_RANGE[0],
        most=BEATS_RANGE[1],
        group=PLAYED,
    )
    chords: str | None = asked(
        None,
        f"{_ONE_HAS}, to keep; _ for slots to compose. With a form, they are its first section.",
        metavar=CHORDS_OR_FILE,
        argument=True,
    )
    more: int | None = asked(
        None,
        "So many chords more, after those that are given.",
        name="continue",
        least=1,
        most=MOST_COMPOSED,
        needs="chords",
        group=GIVEN,
    )
    vary: int | None = asked(
        None,
        "So many variants of the chords that are given; only what is fixed is kept.",
        least=1,
        most=MOST_VARIANTS,
        needs="chords",
        excludes="count",
        group=GIVEN,
    )
    apart: int | None = asked(
        None,
        "In how many chords variants differ from the chords given and from each other, at the "
        "least; by default 2.",
        least=1,
        most=MOST_COMPOSED,
        needs="vary",
        group=GIVEN,
    )
    from_bars: tuple[int, int] | None = asked(None, _OF_BARS, needs="chords", group=GIVEN, **_BARS)
    rhythm: str = asked(
        "",
        "How long chords last: counted, as songs have it; even; or quarter notes that come round, "
        "'4 2 2'. By default counted, or as the chords that are given.",
        group=PLAYED,
    )
    bars: int | None = asked(
        None,
        "Bars of each progression, or of each section; how many chords there are follows.",
        least=1,
        most=MOST_BARS,
        excludes="length",
    )
    wishes: Wishes = part(Wishes)
    form: str = asked(
        "",
        "Sections: AABA; A A' B A, where A' begins as A and ends anew; or words, 'verse:8 chorus:4 "
        "verse chorus+2', with chords (8b: bars) of each, and semitones that it is moved by.",
        excludes="vary",
        group=SECTIONS,
    )
    keys: str = asked(
        "",
        "Keys of sections that aren't in the piece's: 'chorus=C bridge=Eb'.",
        needs="form",
        group=SECTIONS,
    )
    tempos: str = asked(
        "", "Tempos of sections, likewise: 'bridge=84'.", needs="form", group=SECTIONS
    )
    styles: str = asked(
        "",
        "Accompaniments of sections, likewise: 'bridge=bossa'.",
        needs="form",
        group=SECTIONS,
    )
    ritardando: bool = asked(False, "It slows down at its end.", group=PLAYED)
    differ: int | None = asked(
        None,
        "Chords in which sections of different names differ; by default 4.",
        needs="form",
        group=SECTIONS,
    )
    template: str = asked(
        "",
        "A form that has chords of its own to choose from in each slot; twice its length is two "
        "rounds",
        choices=("", *TEMPLATES),
        group=STEERING,
    )
    table: str = asked(
        "", f"{_TABLE}; by default that of the policy.", metavar="NAME|FILE", group=DIAL
    )
    genre: str = asked(
        "",
        "Statistics and accompaniment of one name; a table or style beside it comes first",
        choices=("", *GENRES),
        group=DIAL,
    )
    variety: str = asked("", f"{_VARIETY}; by default real.", letter="v", group=DIAL)
    returns: str = asked("", f"{_RETURNS}; by default as songs do.", group=DIAL)
    exact: bool = asked(
        False, "What the network learned from plays itself: songs' statistics.", group=DIAL
    )
    memoryless: bool = asked(
        False,
        "The exact optimum of the table alone plays, which remembers no more than three chords.",
        group=DIAL,
    )
    run: Path | None = asked(
        None, "Run to compose with; by default the policy that ships.", metavar="DIR"
    )
    epoch: int | None = asked(
        None,
        "Checkpoint of the run; by default the one before the collapse.",
        least=1,
        needs="run",
    )
    rendering: Rendering = part(Rendering)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.genre:
            genre = GENRES[self.genre]
            object.__setattr__(self, "table", self.table or genre.table)
            object.__setattr__(self, "rendering", genre.rendering(self.rendering))

    @property
    def home_key(self) -> Key:
        """The key, C where nothing tells one."""
        return self.key or HOME

    @property
    def beats(self) -> float:
        """Quarter notes that each slot lasts, where nothing is given."""
        slots = TEMPLATES[self.template].per_bar if self.template else 1
        return self.beats_per_chord or bar_beats(self.meter or METER) / slots

    @property
    def slots(self) -> int:
        """Chords of a section, where nothing is given."""
        return self.length or USUAL_LENGTH

    @property
    def pieces(self) -> int:
        """Progressions."""
        return self.vary or self.count

    @property
    def titles(self) -> list[str]:
        """Of the progressions."""
        numbers = range(1, self.pieces + 1)
        if not self.title:
            return [f"Shinko {self.seed}-{number}" for number in numbers]
        return [self.title] if self.pieces == 1 else [f"{self.title} {n}" for n in numbers]


@dataclass(frozen=True)
class Statistics(Request):
    """Whose statistics answer a question, and how varied."""

    table: str = asked("pop", f"{_TABLE}.", metavar="NAME|FILE", was="style", group=DIAL)
    variety: str = asked("real", f"{_VARIETY}.", letter="v", group=DIAL)
    memoryless: bool = asked(False, _MEMORYLESS, group=DIAL)


@dataclass(frozen=True)
class ExplainRequest(Request):
    """Why chords stand where they do, or what may stand in free slots."""

    chords: str = asked(
        MISSING, f"{_ONE_HAS}; _ for a free slot.", metavar=CHORDS_OR_FILE, argument=True
    )
    key: Key | None = asked(None, _FOUND, read=Key.parse, letter="k")
    from_bars: tuple[int, int] | None = asked(None, _OF_BARS, **_BARS)
    statistics: Statistics = part(Statistics)
    heatmap: bool = asked(False, "Every chord's probability in every slot.")


@dataclass(frozen=True)
class SuggestRequest(Request):
    """Chords for one slot of a progression."""

    chords: str = asked(
        MISSING, f"{_ONE_HAS}; _ for a free slot.", metavar=CHORDS_OR_FILE, argument=True
    )
    slot: int | None = asked(
        None, "Which slot; by default the first free one, or the next.", least=1
    )
    count: int = asked(8, "Suggestions.", least=1, most=10_000, letter="n")
    key: Key | None = asked(None, _FOUND, read=Key.parse, letter="k")
    from_bars: tuple[int, int] | None = asked(None, _OF_BARS, **_BARS)
    write: bool = asked(False, "Write the progression with a suggestion in it.", group=FILES)
    pick: int = asked(1, "Which suggestion is written.", least=1, needs="write", group=FILES)
    table: str = asked("pop", f"{_TABLE}.", metavar="NAME|FILE", group=DIAL)
    variety: str = asked("real", f"{_VARIETY}.", letter="v", group=DIAL)
    memoryless: bool = asked(False, _MEMORYLESS, group=DIAL)
    rendering: Rendering = part(Rendering)

    @property
    def statistics(self) -> Statistics:
        """Whose statistics answer."""
        return Statistics(self.table, self.variety, self.memoryless)


@dataclass(frozen=True)
class BestRequest(Request):
    """The most probable progressions that differ."""

    chords: str | None = asked(
        None,
        f"{_ONE_HAS}, to keep; _ for slots to fill.",
        metavar=CHORDS_OR_FILE,
        argument=True,
    )
    length: int | None = asked(
        None,
        f"Chords; by default as many as are given, or {USUAL_LENGTH}.",
        least=1,
        most=MOST_COMPOSED,
        letter="l",
    )
    count: int = asked(5, "Progressions.", least=1, most=50, letter="n")
    differ: int | None = asked(
        None,
        f"In how many chords each differs from all others; by default {_DIFFER}, or all of fewer.",
        least=1,
    )
    key: Key | None = asked(None, _FOUND, read=Key.parse, letter="k")
    from_bars: tuple[int, int] | None = asked(None, _OF_BARS, needs="chords", **_BARS)
    table: str = asked("pop", f"{_TABLE}.", metavar="NAME|FILE", group=DIAL)
    wishes: Wishes = part(Wishes)
    rendering: Rendering = part(Rendering)

    @property
    def slots(self) -> int:
        """Chords, where nothing is given."""
        return self.length or USUAL_LENGTH

    def differing(self, length: int) -> int:
        """In how many of so many chords each differs from all others.

        Raises:
          FieldError: there are fewer.
        """
        if self.differ is not None and self.differ > length:
            raise FieldError("differ", self.differ, f"1 to {length}, the `length`")
        return self.differ or min(_DIFFER, length)


@dataclass(frozen=True)
class OriginalityRequest(Request):
    """Which stretches of a progression are in which songs."""

    chords: str = asked(MISSING, "Roman numerals or chord names.", argument=True)
    songs: Path | None = asked(
        None,
        "Songs to compare with: JSON Lines, ChordPro, lines of chords, or a folder.",
        metavar="FILE|DIR",
    )
    key: Key | None = asked(
        None,
        "Key to read the chords in; by default it is found from them.",
        read=Key.parse,
        letter="k",
    )
    shortest: int = asked(
        3, "Length of the shortest run to look for.", least=1, most=64, unit="chords"
    )
    account: bool = asked(False, "Ask Hooktheory's live API, too, with your own account.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.songs is None and not self.account:
            raise FieldError(
                "songs",
                None,
                "a file or folder of songs to compare with",
                "or give `account` to ask Hooktheory",
            )
