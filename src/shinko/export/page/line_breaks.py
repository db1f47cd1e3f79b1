"""Which bars stand on which line: as few lines as fit, filled evenly, at least cost.

line_cost, what a line costs; a line is full with BARS_A_LINE bars, or with what fits its width:
    slack²  the part of it that is left empty, squared; a quarter of that at a section's end
    0.1     for three bars, as phrases have two or four
    1       for more than fits, which a bar alone may
"""

from collections.abc import Iterator, Sequence

BARS_A_LINE = 4

LAST, THREE, TOO_WIDE = 0.25, 0.1, 1.0


def lines_of(
    prefix: float, widths: Sequence[float], first_bars: Sequence[int], line_width: float
) -> list[int]:
    """The bars that lines begin with.

    Args:
      prefix: what clef and signatures take of each line.
      widths: the natural width of each bar.
      first_bars: the bars that sections begin with; each begins a line.
      line_width: what prefix and bars have together.
    """
    lines: list[int] = []
    for begin, end in zip(first_bars, (*first_bars[1:], len(widths)), strict=True):
        lines += [begin + bar for bar in _section_lines(prefix, widths[begin:end], line_width)]
    return lines


def _section_lines(prefix: float, widths: Sequence[float], line_width: float) -> Iterator[int]:
    """By dynamic programming: the best lines up to each bar, from the best up to those before."""
    best: list[tuple[float, int]] = [(0.0, 0)]  # cost, and where the last line begins
    for end in range(1, len(widths) + 1):
        best.append(
            min(
                (best[begin][0] + line_cost(prefix, widths, begin, end, line_width), begin)
                for begin in range(max(0, end - BARS_A_LINE), end)
                if end - begin == 1 or prefix + sum(widths[begin:end]) <= line_width
            )
        )
    begins, end = [], len(widths)
    while end:
        end = best[end][1]
        begins.append(end)
    return reversed(begins)


def line_cost(
    prefix: float, widths: Sequence[float], begin: int, end: int, line_width: float
) -> float:
    """What a line of some of a section's bars costs; the terms stand at the head of this module."""
    filled = (prefix + sum(widths[begin:end])) / line_width
    slack = max(0.0, 1.0 - max(filled, (end - begin) / BARS_A_LINE))
    cost = slack**2 * (LAST if end == len(widths) else 1.0)
    return cost + THREE * (end - begin == 3) + TOO_WIDE * (filled > 1)
