"""The figures of a study, each as SVG and PNG."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.recipes.study.findings import Findings
from shinko.theory import parse_token

# Distinct for colour-blind readers, too. Source: Okabe and Ito (2008), Color Universal Design.
_COLOURS = ("#D55E00", "#0072B2")
# Chords that have a colour of their own in the figure of shares; the others are one.
_MOST_CHORDS = 12
# Points that a curve is drawn with at most.
_POINTS = 380


def draw_returns(found: Findings) -> tuple[bytes, bytes]:
    """Return by epoch: the mean over the seeds, a band from the least to the greatest, the
    selected checkpoints circled, and the exact optimum as a line.
    """

    def draw(axes: Any) -> None:
        top = found.best.objective
        axes.axhline(top, color="black", linewidth=1, linestyle="--")
        axes.text(1, top, f"exact optimum {top:.3f}", va="bottom", fontsize=9)
        for colour, beta in zip(_COLOURS, found.trained, strict=True):
            epochs, returns = _thinned(_smoothed(found.returns(beta)))
            axes.fill_between(
                epochs, returns.min(axis=0), returns.max(axis=0), color=colour, alpha=0.2, lw=0
            )
            axes.plot(epochs, returns.mean(axis=0), color=colour, label=f"β = {beta:.2f}")
            for one in found.trained[beta]:
                if not isinstance(one.selection, ShinkoError):
                    row = one.selection.row
                    axes.plot(
                        *(row.epoch, row.mean_return),
                        *("o",),
                        color=colour,
                        markersize=8,
                        markerfacecolor="none",
                    )
        axes.plot([], [], "o", color="grey", markersize=8, markerfacecolor="none", label="selected")
        axes.set_xlabel("epoch")
        axes.set_ylabel("return")
        axes.set_ylim(0, top * 1.1)
        axes.grid(axis="y", alpha=0.3)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))

    return _save(draw, columns=1, size=(8, 4.5))


def draw_shares(found: Findings) -> tuple[bytes, bytes]:
    """Each chord's share by epoch, stacked, a panel for each β; Roman numerals as labels."""
    import matplotlib

    shares = {beta: found.shares(beta) for beta in found.trained}
    mean = np.mean([each.mean(axis=0) for each in shares.values()], axis=0)
    shown = np.argsort(-mean, kind="stable")[:_MOST_CHORDS]
    colours = [*matplotlib.colormaps["tab20"].colors[: len(shown)], (0.85, 0.85, 0.85)]  # type: ignore[attr-defined]
    labels = [str(parse_token(found.chords[chord])) for chord in shown]

    def draw(axes: Any) -> None:
        for panel, (beta, share) in zip(np.atleast_1d(axes), shares.items(), strict=True):
            epochs, thinned = _thinned(_smoothed(share.T))
            parts = [*thinned[shown], 1.0 - thinned[shown].sum(axis=0)]
            panel.stackplot(epochs, parts, colors=colours, labels=[*labels, "others"], lw=0)
            panel.set_title(f"β = {beta:.2f}", fontsize=11)
            panel.set_xlabel("epoch")
            panel.set_xlim(epochs[0], epochs[-1])
            panel.set_ylim(0, 1)
        first, last = np.atleast_1d(axes)[[0, -1]]
        first.set_ylabel("share of the chords played")
        handles, names = last.get_legend_handles_labels()
        last.legend(
            handles[::-1], names[::-1], frameon=False, loc="center left", bbox_to_anchor=(1, 0.5)
        )

    return _save(draw, columns=len(shares), size=(10, 4.5))


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Averaged along the epochs, (…, epochs), as selection smooths them."""
    window = max(1, min(25, values.shape[-1] // 100))
    sums = np.cumsum(np.pad(values, [(0, 0)] * (values.ndim - 1) + [(1, 0)]), axis=-1)
    count = values.shape[-1]
    begin = np.maximum(0, np.arange(count) - (window - 1) // 2)
    end = np.minimum(count, np.arange(count) + window // 2 + 1)
    return np.asarray((sums[..., end] - sums[..., begin]) / (end - begin))


def _thinned(values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Epochs and values at no more of them than can be told apart."""
    every = max(1, values.shape[-1] // _POINTS)
    kept = np.arange(0, values.shape[-1], every)
    return kept + 1, values[..., kept]


def _save(
    draw: Callable[[Any], None], *, columns: int, size: tuple[float, float]
) -> tuple[bytes, bytes]:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {"svg.hashsalt": "shinko", "svg.fonttype": "none", "font.size": 10}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, columns, sharey=True)
        for panel in np.atleast_1d(axes):
            panel.spines[["top", "right"]].set_visible(False)
        draw(axes)
        svg, png = BytesIO(), BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None})
        figure.savefig(png, format="png", dpi=150, metadata={"Software": None})
    return svg.getvalue(), png.getvalue()
