"""What one player does in one meter, and how a groove of one meter serves another.

Whoever writes a pattern for 4/4, 3/4 and 6/8 has one for 2/2, 2/4, 3/8, 5/4, 6/4, 7/4, 7/8, 9/8
and 12/8, too: `meters` says what those are made of.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from operator import attrgetter

from shinko.score.meters import COMPOSED, STRETCHED, Slice, bar_share
from shinko.score.steps import Hit, StepRow


@dataclass(frozen=True)
class Groove:
    """Rows of steps that belong together.

    Attributes:
      rows: played over and over.
      fill: instead of them before another section begins; () where the rows go on.
      end: instead of them under the last chord of a piece; () where the rows go on.
    """

    rows: tuple[StepRow, ...]
    fill: tuple[StepRow, ...] = ()
    end: tuple[StepRow, ...] = ()


def groove_in(meter: str, grooves: Mapping[str, Groove]) -> Groove | None:
    """The groove of a meter, or one made of others'; None if there is none.

    Args:
      grooves: for each meter that the pattern is written in.
    """
    if meter in grooves:
        return grooves[meter]
    if meter in STRETCHED:
        source, factor = STRETCHED[meter]
        if source in grooves:
            groove = grooves[source]
            return Groove(
                *(
                    tuple(_stretched(row, factor) for row in rows)
                    for rows in (groove.rows, groove.fill, groove.end)
                )
            )
    slices = COMPOSED.get(meter, ())
    if slices and all(part.meter in grooves for part in slices):
        return _composed(meter, slices, grooves)
    return None


def _stretched(row: StepRow, factor: Fraction) -> StepRow:
    hits = tuple(Hit(hit.start * factor, hit.length * factor, hit.strength) for hit in row.hits)
    return StepRow(row.voice, row.bars * factor, row.steps, hits)


def _composed(meter: str, slices: Sequence[Slice], grooves: Mapping[str, Groove]) -> Groove:
    """Each part plays its meter's rows; the fill is the last part's, the end the first's."""
    first, last = slices[0], slices[-1]
    # A fill leads up to its end, however much of its beginning there is room for.
    fill = Slice(last.meter, 1 - (last.stop - last.start), Fraction(1))
    return Groove(
        rows=_joined(meter, slices, [grooves[part.meter].rows for part in slices]),
        fill=tuple(_cut_out(meter, fill, row) for row in grooves[fill.meter].fill),
        end=tuple(
            _stretched(row, bar_share(first.meter, meter)) for row in grooves[first.meter].end
        ),
    )


def _cut_out(meter: str, part: Slice, row: StepRow) -> StepRow:
    """What a row strikes in a part of its first bar."""
    share = bar_share(part.meter, meter)
    hits = tuple(_hits_within(part, row, bar=0, share=share))
    return StepRow(row.voice, (part.stop - part.start) * share, row.steps, hits)


def _joined(
    meter: str, slices: Sequence[Slice], rows: Sequence[tuple[StepRow, ...]]
) -> tuple[StepRow, ...]:
    """Rows in the meter of parts of rows: bar by bar, each part from the same bar of its rows.

    As many bars as the longest row has: then all begin anew.
    """
    lengths = [(part.stop - part.start) * bar_share(part.meter, meter) for part in slices]
    offsets = list(accumulate(lengths, initial=Fraction(0)))
    joined = []
    for voice in dict.fromkeys(row.voice for some in rows for row in some):
        parts = [
            (part, offset, row)
            for part, offset, some in zip(slices, offsets[:-1], rows, strict=True)
            for row in some
            if row.voice == voice
        ]
        bars = max(int(row.bars) for _, _, row in parts)
        hits = tuple(
            Hit(bar + offset + hit.start, hit.length, hit.strength)
            for bar in range(bars)
            for part, offset, row in parts
            for hit in _hits_within(part, row, bar=bar, share=bar_share(part.meter, meter))
        )
        joined.append(StepRow(voice, Fraction(bars), max(row.steps for _, _, row in parts), hits))
    return tuple(joined)


def _hits_within(part: Slice, row: StepRow, *, bar: int, share: Fraction) -> list[Hit]:
    """The hits of a row in a part of one of its bars, from the part's start, cut at its end.

    Args:
      share: a bar of the row, in bars of what the hits are for.
    """
    start, stop = bar % row.bars + part.start, bar % row.bars + part.stop
    first, last = (bisect_left(row.hits, place, key=attrgetter("start")) for place in (start, stop))
    return [
        Hit((hit.start - start) * share, min(hit.length, stop - hit.start) * share, hit.strength)
        for hit in row.hits[first:last]
    ]
