"""Draw progressions that keep to wishes, in one section or in several. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.planning.constraints import Apart, Constraints
from shinko.planning.errors import ConstraintError
from shinko.planning.particles import Player
from shinko.planning.steering import Steering
from shinko.score.progression import MOST_CHORDS
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.ground import Ground
from shinko.songwriting.wishes import Wishes, constraints_of, locked_sections

Ints = NDArray[np.int64]

# Of a section that has to differ from others: candidates, and particles that they are drawn from.
_CANDIDATES, _PARTICLES = 16, 128
# How often a piece is begun anew where a later section finds no way on.
_TRIES = 20
USUAL_DIFFERENCE = 4


@dataclass(frozen=True)
class Form:
    """Sections in the order in which they are played: those of one name share their chords.

    Attributes:
      sections: names, such as A, A, B, A.
      differ: in how many slots sections of different names differ at the least.
    """

    sections: tuple[str, ...] = ("",)
    differ: int = 0

    @classmethod
    def parse(cls, text: str, differ: int | None, length: int) -> Form:
        """A form as one writes it: AABA, or words such as verse chorus verse.

        Args:
          text: the form; "" for one section.
          differ: see above; None for the usual 4, or all if there are fewer.
          length: chords of each section.

        Raises:
          ShinkoError: it is too long, or sections can't differ so much.
        """
        names = tuple(text.replace(",", " ").split())
        if not names:
            if differ is not None:
                raise ShinkoError(f"--differ {differ}: expected a form, too, such as --form AABA")
            return cls()
        if len(names) == 1 and names[0].isalpha() and names[0].isupper():
            names = tuple(names[0])
        elif len(names) == 1:
            raise ShinkoError(
                f"--form {text}: one section; expected letters, such as AABA, or words with spaces "
                "between them"
            )
        if len(names) * length > MOST_CHORDS:
            raise ShinkoError(
                f"--form {text}: {len(names)} sections of {length} chords are "
                f"{len(names) * length}, expected at most {MOST_CHORDS}; shorten with --length"
            )
        if differ is None:
            differ = min(USUAL_DIFFERENCE, length)
        if not 0 <= differ <= length:
            raise ShinkoError(f"--differ {differ}: expected 0 to {length}, the --length")
        return cls(names, differ)

    def before(self, name: str) -> set[str]:
        """The sections that a section comes after somewhere."""
        return {a for a, b in pairwise(self.sections) if b == name}

    def after(self, name: str) -> set[str]:
        """The sections that come after a section somewhere."""
        return {b for a, b in pairwise(self.sections) if a == name}


def steer(
    ground: Ground,
    wishes: Wishes,
    book: ChordBook,
    *,
    length: int,
    count: int,
    rng: np.random.Generator,
    player: Player | None = None,
    form: Form = Form(),
) -> Ints:
    """Progressions that keep to all wishes, (T, count); with a form, T is all sections together.

    Args:
      ground: table, rewards and temperature.
      wishes: what to keep to.
      book: the chords.
      length: slots of a section.
      count: progressions.
      rng: the source of chance.
      player: a network before its first chord; by default the exact optimum plays.
      form: sections.

    Raises:
      ShinkoError: a wish can't be read, two collide, or nothing keeps to all.
    """
    unknown = locked_sections(wishes.fix) - set(form.sections)
    if unknown:
        raise ShinkoError(
            f"--fix: no section {sorted(unknown)[0]!r} in the form "
            f"{' '.join(form.sections).strip() or 'of one section'}; name one of its sections"
        )
    # Where nobody asked for the tonic, it gives way.
    for asked in [wishes] if wishes.start else [wishes, replace(wishes, start="any")]:
        plans = {
            name: steering_of(ground, asked, book, length, form, name)
            for name in dict.fromkeys(form.sections)
        }
        try:
            if len(plans) == 1:
                one = plans[form.sections[0]].draw(count, rng, player).tokens
                return np.concatenate([one] * len(form.sections))
            pieces = _Pieces(ground, plans, form, asked, player)
            return np.stack(pieces.draw(count, rng), axis=1)
        except ConstraintError as error:
            told, failed = ", ".join(wishes.told()), str(error)
    raise ShinkoError(f"{failed} ({told})" if told else failed)


def steering_of(
    ground: Ground,
    wishes: Wishes,
    book: ChordBook,
    length: int,
    form: Form = Form(),
    section: str = "",
) -> Steering:
    """All that keeps to the wishes for one section.

    Raises:
      ShinkoError: a wish can't be read, two collide, or nothing keeps to all; it names them.
    """
    asked = _asked(section, wishes, book, length, form)
    try:
        return _steering(ground, asked)
    except ConstraintError as error:
        if not wishes.start:
            # Nobody asked for the tonic.
            anywhere = _asked(section, replace(wishes, start="any"), book, length, form)
            with suppress(ConstraintError):
                return _steering(ground, anywhere)
        raise _explained(error, ground, wishes, book, length, section, form) from None


def _steering(ground: Ground, asked: Constraints) -> Steering:
    return Steering(ground.process, asked, temperature=ground.temperature, closing=ground.closing)


def _asked(name: str, wishes: Wishes, book: ChordBook, length: int, form: Form) -> Constraints:
    """What a section keeps to that hangs on no other."""
    first, last = form.sections[0], form.sections[-1]
    asked = constraints_of(
        wishes, book, length, section=name, first=name == first, last=name == last
    )
    rounds = not wishes.repeats and name in form.after(name)
    return replace(asked, loops=asked.loops and first == last, rounds=rounds)


class _Pieces:
    """Pieces of several sections, each section going on from what is played before it first comes.

    A section whose every chord is locked is known to all others from the beginning.
    """

    def __init__(
        self,
        ground: Ground,
        plans: dict[str, Steering],
        form: Form,
        wishes: Wishes,
        player: Player | None,
    ) -> None:
        self._ground, self._plans, self._form = ground, plans, form
        self._wishes, self._player = wishes, player
        self._known = {
            name: plan.constraints.allowed.argmax(axis=1)
            for name, plan in plans.items()
            if (plan.constraints.allowed.sum(axis=1) == 1).all()
        }

    def draw(self, count: int, rng: np.random.Generator) -> list[Ints]:
        """Whole pieces, (T,) each."""
        opening = self._form.sections[0]
        drawn: list[Ints] = []
        if not self._known:  # then the first section is the same question for all pieces
            narrowed = self._narrowed(opening, {})
            plan = self._plans[opening] if narrowed is None else _steering(self._ground, narrowed)
            drawn = list(plan.draw(count, rng, self._player).tokens.T)
        return [self._piece(rng, drawn[place : place + 1]) for place in range(count)]

    def _piece(self, rng: np.random.Generator, opening: list[Ints]) -> Ints:
        for left in reversed(range(_TRIES)):
            try:
                return self._try(rng, opening if left == _TRIES - 1 else [])
            except ConstraintError:
                if not left:
                    raise
        raise AssertionError

    def _try(self, rng: np.random.Generator, opening: list[Ints]) -> Ints:
        form, played = self._form, list[int]()
        made = dict(self._known)
        for place, name in enumerate(form.sections):
            if place == 0 and opening and name not in made:
                made[name] = opening[0]
            if name not in made:
                made[name] = self._section(name, made, played, rng)
            played.extend(made[name].tolist())
        return np.array(played)

    def _section(
        self, name: str, made: dict[str, Ints], played: list[int], rng: np.random.Generator
    ) -> Ints:
        plan, least = self._plans[name], self._form.differ
        narrowed = self._narrowed(name, made)
        if narrowed is not None:
            plan = _steering(self._ground, narrowed)
        begin = self._ground.automaton.run(played)
        own = None if self._player is None else self._player.after(played)
        drawn = plan.begun_at(begin).draw(_CANDIDATES, rng, own, _PARTICLES).tokens
        distances = [(drawn != other[:, None]).sum(axis=0) for other in made.values()]
        far = np.flatnonzero(np.min(distances, axis=0) >= least) if distances else np.arange(1)
        if len(far):
            return np.asarray(drawn[:, far[0]])
        apart = tuple(Apart(other, least) for other in made.values())
        try:
            looked = _steering(self._ground, replace(plan.constraints, apart=apart))
            return looked.begun_at(begin).draw(1, rng, own, _PARTICLES).tokens[:, 0]
        except ConstraintError:
            raise ConstraintError(
                f"section {name} can't differ in {least} chords from the others; lower --differ, "
                "or lock less"
            ) from None

    def _narrowed(self, name: str, made: dict[str, Ints]) -> Constraints | None:
        """What a section keeps to once others are known; None if that is nothing more."""
        asked, form = self._plans[name].constraints, self._form
        allowed = asked.allowed.copy()
        if not self._wishes.repeats:
            for other in form.before(name) & made.keys():
                allowed[0, made[other][-1]] = False
            for other in form.after(name) - {name}:
                if other in made:
                    allowed[-1, made[other][0]] = False
                elif self._plans[other].constraints.allowed[0].sum() == 1:
                    allowed[-1] &= ~self._plans[other].constraints.allowed[0]
        first = made.get(form.sections[0])
        back = None
        if (
            self._wishes.loop
            and name == form.sections[-1] != form.sections[0]
            and first is not None
        ):
            back = int(first[0])
        if back is None and (allowed == asked.allowed).all():
            return None
        return replace(asked, allowed=allowed, back_to=back)


def _explained(
    error: ConstraintError,
    ground: Ground,
    wishes: Wishes,
    book: ChordBook,
    length: int,
    section: str,
    form: Form,
) -> ShinkoError:
    """The error with the wishes that collide: without any one of these there would be a way."""
    helping = []
    for name, others in wishes.without_one():
        try:
            _steering(ground, _asked(section, others, book, length, form))
        except ShinkoError:
            continue
        helping.append(name)
    told = ", ".join(wishes.told())
    where = f" in section {section}" if section else ""
    if not helping:
        return ShinkoError(f"{error}{where}: {told}; wish for less")
    return ShinkoError(f"{error}{where}: {told}; leave out {_either(helping)}")


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
