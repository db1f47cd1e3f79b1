"""How the chords of a bar share it, where nobody says how long each of them is."""

from collections.abc import Iterator
from fractions import Fraction

FINEST = Fraction(1, 16)  # of a beat


def beat_units(meter: tuple[int, int]) -> list[Fraction]:
    """What counts as a beat, in quarter notes, the longest first.

    In 6/8 a dotted quarter note and an eighth; in 2/2 a half note and a quarter.
    """
    numerator, denominator = meter
    beat = Fraction(4, denominator)
    dotted = [3 * beat] if denominator >= 8 and numerator % 3 == 0 else []
    quarter = [Fraction(1)] if beat > 1 else []
    return [*dotted, beat, *quarter]


def cell_beats(count: int, meter: tuple[int, int]) -> list[Fraction]:
    """The quarter notes of each of so many chords in a bar, as players take it: in whole beats.

    Where they don't share the beats evenly, the first ones last longer: three chords in 4/4 last
    2, 1 and 1, two in 5/4 last 3 and 2. More chords than beats share halves of them.

    Args:
      count: 1 or more.
      meter: numerator and denominator.
    """
    bar = Fraction(4 * meter[0], meter[1])
    unit = next(unit for unit in _units(meter) if bar / unit >= count or unit <= FINEST)
    whole, more = divmod(int(bar / unit), count)
    if not whole:  # more chords than the shortest notes
        return [bar / count] * count
    return [(whole + (place < more)) * unit for place in range(count)]


def _units(meter: tuple[int, int]) -> Iterator[Fraction]:
    units = beat_units(meter)
    yield from units
    unit = units[-1]
    while unit > FINEST:
        unit /= 2
        yield unit
