"""The heat map of a progression as a picture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np

from shinko.disk import write_atomically
from shinko.errors import FieldError, ShinkoError
from shinko.printable import in_one_line
from shinko.tables.table import Floats

KINDS = (".png", ".svg")


def shown_chords(heat: Floats, most: int) -> list[int]:
    """The chords that are likeliest somewhere, by rising number; (T, V) to at most `most`."""
    order = np.argsort(-heat.max(axis=0), kind="stable")[:most]
    return sorted(int(chord) for chord in order if heat[:, chord].max() > 0.005)


def write_heatmap(
    path: Path, heat: Floats, chords: list[int], names: list[str], title: str
) -> None:
    """Draw probabilities, a column a slot and a row a chord.

    Args:
      path: ends in .png or .svg.
      heat: (T, V).
      chords: the rows, numbers of chords.
      names: of the rows.
      title: above it.

    Raises:
      ShinkoError: the file is of another kind, or Matplotlib isn't installed.
    """
    if path.suffix.lower() not in KINDS:
        raise FieldError("picture", str(path), f"a name that ends in {' or '.join(KINDS)}")
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise ShinkoError(
            "pictures need Matplotlib, which isn't installed; pip install 'shinko[train]'"
        ) from None
    T, rows = len(heat), len(chords)
    wide = max(20, int(8 * (1.5 + 0.55 * T)))  # letters that fit above it
    lines = wrap(in_one_line(title), wide)
    height = 1.2 + 0.32 * rows + 0.17 * len(lines)
    figure = Figure(figsize=(1.5 + 0.55 * T, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes: Any = figure.subplots()
    shown = heat[:, chords].T
    axes.imshow(shown, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    for row in range(rows):
        for slot in range(T):
            value = shown[row, slot]
            if value >= 0.01:
                colour = "white" if value > 0.6 else "black"
                axes.text(
                    slot, row, f"{value:.0%}", ha="center", va="center", color=colour, fontsize=8
                )
    axes.set_xticks(range(T), [str(slot + 1) for slot in range(T)])
    axes.set_yticks(range(rows), names)
    axes.set_xlabel("slot")
    axes.set_title("\n".join(lines), fontsize=10, loc="left", parse_math=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    content = BytesIO()
    kind = path.suffix.lower()[1:]
    figure.savefig(
        content, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None
    )
    write_atomically(path, content.getvalue())
