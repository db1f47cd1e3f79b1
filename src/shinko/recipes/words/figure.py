"""The figure of a comparison: perplexity by epoch, a line a model."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shinko.recipes.words.comparison import Entry

# Distinct for colour-blind readers, too. Source: Okabe and Ito (2008), Color Universal Design.
_COLOURS = ("#E69F00", "#D55E00", "#56B4E9", "#009E73", "#0072B2", "#CC79A7", "#000000")
_TICKS = (50, 60, 70, 80, 90, 100, 120, 150, 200, 300, 400, 500, 700, 1000, 2000, 5000, 10_000)


def draw_perplexities(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """The figure as SVG and PNG: validation solid, training dotted, the test perplexity named."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

    style: dict[Any, Any] = {"svg.hashsalt": "shinko", "svg.fonttype": "none", "font.size": 10}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(8, 5), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for number, entry in enumerate(entries):
            colour = _COLOURS[number % len(_COLOURS)]
            epochs = [row.epoch for row in entry.rows]
            label = f"{entry.run.name}: {entry.run.network}; test {entry.score.perplexity:.1f}"
            if not entry.finished:
                label += " (unfinished)"
            valid = [row.valid_perplexity for row in entry.rows]
            train = [row.train_perplexity for row in entry.rows]
            axes.plot(epochs, train, ":", color=colour, linewidth=1)
            axes.plot(epochs, valid, "-", color=colour, marker="o", markersize=3, label=label)
            axes.plot(
                entry.best.epoch,
                entry.best.valid_perplexity,
                "o",
                markersize=9,
                markerfacecolor="none",
                color=colour,
            )
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(FixedLocator(_TICKS))
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
