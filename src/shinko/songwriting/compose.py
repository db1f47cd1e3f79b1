"""Compose progressions from a policy. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from shinko.errors import ShinkoError
from shinko.rl.policy import Policy
from shinko.score.progression import (
    BEATS_RANGE,
    TEMPO_RANGE_BPM,
    Progression,
    Section,
    bar_beats,
)
from shinko.songwriting.chords import MOST_COMPOSED, ChordBook
from shinko.songwriting.notebook import Progressions
from shinko.songwriting.players import choose_performer
from shinko.songwriting.wishes import Wishes, read_form, read_wishes
from shinko.theory import Key

MOST_PROGRESSIONS = 100_000


@dataclass(frozen=True)
class ComposeRequest:
    """What to compose.

    Raises:
      ShinkoError: a value lies outside its range.
    """

    key: Key
    """The key; chords learned from a table are read in it."""
    length: int = 8
    """Chords in each progression, or in each section of a form, 1 to 64."""
    count: int = 4
    """How many progressions."""
    temperature: float = 1.0
    """Above 1 more surprising, below 1 more usual; 0 always takes the likeliest chord."""
    seed: int = 0
    """The same seed gives the same music."""
    title: str = ""
    """What they are called, several of them with a number; "" for the seed and a number."""
    tempo_bpm: float = 100.0
    """Quarter notes per minute, 20 to 400."""
    meter: tuple[int, int] = (4, 4)
    """Beats in a bar, and which note is one beat."""
    beats_per_chord: float | None = None
    """Quarter notes that each chord lasts, 1/16 to 256; None for one bar."""
    wishes: Wishes = field(default_factory=Wishes)
    """What to keep to: locks, endings, chords to have or to leave out."""
    form: str = ""
    """Sections: AABA, or words such as "verse chorus verse"."""
    differ: int | None = None
    """In how many chords sections of different names differ at the least; None for the usual 4."""
    style: str = ""
    """For a policy with a dial: a table or a mixture, such as "1960s:2, pop909:1"."""
    variety: str = ""
    """For a policy with a dial: familiar, real, adventurous, or effective chords."""
    exact: bool = False
    """Draw from the exact optimum instead of the network."""

    def __post_init__(self) -> None:
        _check("--length", self.length, 1, MOST_COMPOSED)
        _check("--count", self.count, 1, MOST_PROGRESSIONS)
        _check("--temperature", self.temperature, 0, 100)
        _check("--seed", self.seed, 0, 2**63 - 1)
        _check("--tempo", self.tempo_bpm, *TEMPO_RANGE_BPM)
        if self.beats_per_chord is not None:
            _check("--beats-per-chord", self.beats_per_chord, *BEATS_RANGE)

    @property
    def beats(self) -> float:
        """Quarter notes that each chord lasts."""
        return self.beats_per_chord or bar_beats(self.meter)

    @property
    def titles(self) -> list[str]:
        """Of the progressions."""
        numbers = range(1, self.count + 1)
        if not self.title:
            return [f"Shinko {self.seed}-{number}" for number in numbers]
        return [self.title] if self.count == 1 else [f"{self.title} {n}" for n in numbers]


def compose(policy: Policy, request: ComposeRequest) -> Progressions:
    """Draw progressions from a policy; the same policy and request give the same ones.

    Raises:
      ShinkoError: a wish can't be read or kept to, or the policy can't do what is asked.
    """
    form = read_form(request.form, request.differ, request.length)
    performer = choose_performer(policy, request.style, request.variety, exact=request.exact)
    book = ChordBook(performer.chords, request.key)
    brief = read_wishes(request.wishes, form, book)
    drawn, log_probs = performer.perform(
        brief,
        count=request.count,
        temperature=request.temperature,
        rng=np.random.default_rng(request.seed),
    )
    sections = tuple(Section(name, request.length) for name in form.sections if name)
    return Progressions(
        Progression(
            chords=tuple(book.chords[index] for index in row),
            key=request.key,
            beats=(request.beats,) * len(row),
            tempo_bpm=request.tempo_bpm,
            meter=request.meter,
            title=title,
            seed=request.seed,
            policy=performer.name,
            log_probability=round(float(log_prob), 4) + 0.0,  # never -0.0
            sections=sections,
        )
        for row, log_prob, title in zip(drawn.T.tolist(), log_probs, request.titles, strict=True)
    )


def _check(option: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ShinkoError(f"{option} {value}: expected {least} to {most}")
