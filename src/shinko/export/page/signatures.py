"""What key signatures take of lines where they change.

Where a section begins, it begins a line: the engraver announces its signature at the end of the
line before, and each line of it has it after the clef. In one endless line, in which bars are
measured, it stands within the section's first bar.

Conventions: lengths are 1/100 mm before zoom.
"""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

# As Verovio sets them: 1389 for seven sharps, 682 for three flats within a line.
ACCIDENTAL, GAP = 198.0, 90.0


def with_signatures(mei: Element, prefix: float, widths: list[float]) -> tuple[float, list[float]]:
    """What clef and signature take at most, and bars with the signatures that end their lines.

    Args:
      prefix: what the first line's clef and signatures take.
      widths: of the bars in one endless line, the first one without the prefix.
    """
    counts = list(_signatures(mei))
    most = max(abs(fifths) for fifths in counts) - abs(counts[0])
    moved = list(widths)
    for bar, (before, fifths) in enumerate(pairwise(counts), start=1):
        if fifths != before:
            room = GAP + ACCIDENTAL * (abs(fifths) or abs(before))
            moved[bar] -= room
            moved[bar - 1] += room
    return prefix + ACCIDENTAL * max(0, most), moved


def _signatures(mei: Element) -> Iterator[int]:
    """The signature of each bar, sharps above zero."""
    fifths = 0
    for element in mei.iter():
        if element.tag == "keySig":
            sign = element.get("sig", "0")  # "3f", "2s" or "0"
            fifths = int(sign.rstrip("fs")) * (-1 if sign.endswith("f") else 1)
        elif element.tag == "measure":
            yield fifths
