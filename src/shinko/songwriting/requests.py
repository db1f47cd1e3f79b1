"""What can be asked of a composer: one frozen dataclass for each thing, told once for all faces."""

from __future__ import annotations

import secrets
from dataclasses import MISSING, dataclass
from pathlib import Path

from shinko.files.formats import Rendering
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
from shinko.songwriting.usual import (
    BARS,
    CHORDS_OR_FILE,
    COLOUR,
    DIAL,
    GIVEN,
    HOME,
    KEY_FOUND,
    METER,
    MOST_BARS,
    MOST_COMPOSED,
    MOST_VARIANTS,
    OF_BARS,
    OF_TABLE,
    ONE_HAS,
    RETURNS,
    SECTIONS,
    STEERING,
    TEMPO_BPM,
    USUAL_LENGTH,
    VARIETY,
)
from shinko.theory import Key
from shinko.theory.colour import WAYS


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

    key: Key | None = asked(None, KEY_FOUND, read=Key.parse, letter="k")
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
        f"{ONE_HAS}, to keep; _ for slots to compose. With a form, they are its first section.",
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
    from_bars: tuple[int, int] | None = asked(None, OF_BARS, needs="chords", group=GIVEN, **BARS)
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
        "", f"{OF_TABLE}; by default that of the policy.", metavar="NAME|FILE", group=DIAL
    )
    genre: str = asked(
        "",
        "Statistics and accompaniment of one name; a table or style beside it comes first",
        choices=("", *GENRES),
        group=DIAL,
    )
    variety: str = asked("", f"{VARIETY}; by default real.", letter="v", group=DIAL)
    returns: str = asked("", f"{RETURNS}; by default as songs do.", group=DIAL)
    colour: str = asked("counted", COLOUR, choices=WAYS, group=DIAL)
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
