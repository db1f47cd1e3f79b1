"""The figure of a comparison: perplexity by epoch, a line a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from shinko.printable import in_one_line

# Distinct for colour-blind readers, too. Source: Okabe and Ito (2008), Color Universal Design.
_COLOURS = ("#E69F00", "#D55E00", "#56B4E9", "#009E73", "#0072B2", "#CC79A7", "#000000")
_TICKS = (1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 150, 200, 300)
_HIGH_TICKS = (400, 500, 700, *(step * 10**power for power in (3, 4, 5) for step in (1, 2, 5)))


@dataclass(frozen=True)
class Curve:
    """A model's perplexities, one an epoch from the first on.

    Attributes:
      label: what it is, with its test perplexity.
      train: met while learning.
      valid: after each epoch.
      best: the epoch of the checkpoint that was kept, from 1.
    """

    label: str
    train: Sequence[float]
    valid: Sequence[float]
    best: int


def draw_perplexities(curves: Sequence[Curve]) -> tuple[bytes, bytes]:
    """The figure as SVG and PNG: validation solid, training dotted, the kept epoch circled."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

    style: dict[Any, Any] = {"svg.hashsalt": "shinko", "svg.fonttype": "none", "font.size": 10}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(8, 5), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for number, curve in enumerate(curves):
            colour = _COLOURS[number % len(_COLOURS)]
            epochs, kept = range(1, len(curve.valid) + 1), curve.valid[curve.best - 1]
            axes.plot(epochs, curve.train, ":", color=colour, linewidth=1)
            axes.plot(
                epochs, curve.valid, "-o", color=colour, markersize=3, label=_plain(curve.label)
            )
            axes.plot(curve.best, kept, "o", color=colour, markersize=9, markerfacecolor="none")
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(FixedLocator((*_TICKS, *_HIGH_TICKS)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("epoch")
        axes.set_ylabel("perplexity (log scale)")
        axes.set_title(
            "Validation (solid, best epoch circled) and training (dotted) perplexity",
            fontsize=11,
            loc="left",
        )
        axes.grid(axis="y", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=9)
        svg, png = BytesIO(), BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None})
        figure.savefig(png, format="png", dpi=150, metadata={"Software": None})
    return svg.getvalue(), png.getvalue()


def _plain(label: str) -> str:
    """A label as it is: `$` would begin a formula, `_` at the start would hide it."""
    return " " + in_one_line(label).replace("$", r"\$")
