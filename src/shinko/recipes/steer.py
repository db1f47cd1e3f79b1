"""Draw progressions that keep to wishes, in one section or in several. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.recipes.chords import ChordBook
from shinko.recipes.ground import Ground
from shinko.recipes.wishes import Wishes, constraints_of, locked_sections
from shinko.rl.constraints import Apart, ConstraintError, Constraints
from shinko.rl.steering import Player, Steering
from shinko.score.progression import MOST_CHORDS

Ints = NDArray[np.int64]

# Candidates for a section that has to differ from others, before it is looked ahead for.
_CANDIDATES = 32


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
    def parse(cls, text: str, differ: int, length: int) -> Form:
        """A form as one writes it: AABA, or words such as verse chorus verse.

        Raises:
          ShinkoError: it is too long, or sections can't differ so much.
        """
        names = tuple(text.split())
        if len(names) == 1 and text.strip().isalpha() and text.strip().isupper():
            names = tuple(text.strip())
        if not names:
            return cls()
        if len(names) * length > MOST_CHORDS:
            raise ShinkoError(
                f"--form {text}: {len(names)} sections of {length} chords are "
                f"{len(names) * length}, expected at most {MOST_CHORDS}; shorten with --length"
            )
        if not 0 <= differ <= length:
            raise ShinkoError(f"--differ {differ}: expected 0 to {length}, the --length")
        return cls(names, differ)


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
    plans = {
        name: steering_of(ground, wishes, book, length, form, name)
        for name in dict.fromkeys(form.sections)
    }
    try:
        if len(plans) == 1:
            one = plans[form.sections[0]].draw(count, rng, player).chords
            return np.concatenate([one] * len(form.sections))
        pieces = [_piece(ground, plans, form, rng, player) for _ in range(count)]
    except ConstraintError as error:
        told = ", ".join(wishes.told())
        raise ShinkoError(f"{error} ({told})" if told else str(error)) from None
    return np.stack(pieces, axis=1)


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
    return Steering(ground.automaton, ground.rewards, asked, temperature=ground.temperature)


def _asked(name: str, wishes: Wishes, book: ChordBook, length: int, form: Form) -> Constraints:
    return constraints_of(
        wishes,
        book,
        length,
        section=name,
        first=name == form.sections[0],
        last=name == form.sections[-1],
    )


def _piece(
    ground: Ground,
    plans: dict[str, Steering],
    form: Form,
    rng: np.random.Generator,
    player: Player | None,
) -> Ints:
    """All sections of one progression, each going on from what is played before it first comes."""
    made: dict[str, Ints] = {}
    played: list[int] = []
    for name in form.sections:
        if name not in made:
            begin = ground.automaton.run(played)
            own = None if player is None else player.after(played)
            drawn = plans[name].begun_at(begin).draw(_CANDIDATES, rng, own).chords
            far = np.all(
                [(drawn != other[:, None]).sum(axis=0) >= form.differ for other in made.values()]
                or [np.ones(drawn.shape[1], bool)],
                axis=0,
            )
            if far.any():
                made[name] = drawn[:, int(far.argmax())]
            else:
                asked = replace(
                    plans[name].constraints,
                    apart=tuple(Apart(other, form.differ) for other in made.values()),
                )
                try:
                    made[name] = (
                        _steering(ground, asked).begun_at(begin).draw(1, rng, own).chords[:, 0]
                    )
                except ConstraintError:
                    raise ConstraintError(
                        f"section {name} can't differ in {form.differ} chords from those before "
                        "it; lower --differ, or lock less"
                    ) from None
        played.extend(made[name].tolist())
    return np.array(played)


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
