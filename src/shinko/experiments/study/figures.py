"""The figures of a study, each as SVG and PNG."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.experiments.study.findings import Findings
from shinko.experiments.study.words import Words
from shinko.rl.selection import Selection
from shinko.theory import parse_token

# Distinct for colour-blind readers, too. Source: Okabe and Ito (2008), Color Universal Design.
_COLOURS = ("#D55E00", "#0072B2")
# Of the sweep: the entropy as a bonus has the colour of the poster's β, in the return another.
_RETURN, _BONUS = "#009E73", "#0072B2"
# Chords that have a colour of their own in the figure of shares; the others are one.
_MOST_CHORDS = 12
# Points that a curve is drawn with at most.
_POINTS = 380
# The package of a font with Japanese letters; Matplotlib's own has none.
_JAPANESE, _JAPANESE_FILE = "matplotlib_fontja", Path("fonts", "ipaexg.ttf")


def draw_returns(found: Findings, say: Words) -> tuple[bytes, bytes]:
    """Return by epoch: the mean over the seeds, a band from the least to the greatest, the
    selected checkpoints circled, and the exact optimum as a line.
    """

    def draw(axes: Any) -> None:
        top = found.best.objective
        axes.axhline(top, color="black", linewidth=1, linestyle="--")
        axes.text(1, top, say["exact optimum"].format(value=top), va="bottom", fontsize=9)
        hollow = {"markersize": 8, "markerfacecolor": "none"}
        for colour, beta in zip(_COLOURS, found.trained, strict=True):
            epochs, returns = _thinned(_smoothed(found.returns(beta)))
            axes.fill_between(
                epochs, returns.min(axis=0), returns.max(axis=0), color=colour, alpha=0.2, lw=0
            )
            axes.plot(epochs, returns.mean(axis=0), color=colour, label=f"β = {beta:.2f}")
            for one in found.trained[beta]:
                if isinstance(one.selection, Selection):
                    row = one.selection.row
                    axes.plot(row.epoch, row.mean_return, "o", color=colour, **hollow)
        axes.plot([], [], "o", color="grey", label=say["selected"], **hollow)
        axes.set_xlabel(say["epoch"])
        axes.set_ylabel(say["return"])
        axes.set_ylim(0, top * 1.1)
        axes.grid(axis="y", alpha=0.3)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))

    return _save(draw, columns=1, size=(8, 4.5))


def draw_shares(found: Findings, say: Words) -> tuple[bytes, bytes]:
    """Each chord's share by epoch, stacked, a panel for each β; Roman numerals as labels."""
    import matplotlib

    shares = {beta: found.shares(beta) for beta in found.trained}
    mean = np.mean([each.mean(axis=0) for each in shares.values()], axis=0)
    shown = np.argsort(-mean, kind="stable")[:_MOST_CHORDS]
    colours = [*matplotlib.colormaps["tab20"].colors[: len(shown)], (0.85, 0.85, 0.85)]  # type: ignore[attr-defined]
    labels = [str(parse_token(found.chords[chord])) for chord in shown]

    def draw(axes: Any) -> None:
        for panel, (beta, share) in zip(axes, shares.items(), strict=True):
            epochs, thinned = _thinned(_smoothed(share.T))
            parts = [*thinned[shown], 1.0 - thinned[shown].sum(axis=0)]
            panel.stackplot(epochs, parts, colors=colours, labels=[*labels, say["others"]], lw=0)
            panel.set_title(f"β = {beta:.2f}", fontsize=11)
            panel.set_xlabel(say["epoch"])
            panel.set_xlim(epochs[0], epochs[-1])
            panel.set_ylim(0, 1)
        axes[0].set_ylabel(say["share"])
        handles, names = axes[-1].get_legend_handles_labels()
        axes[-1].legend(
            handles[::-1], names[::-1], frameon=False, loc="center left", bbox_to_anchor=(1, 0.5)
        )

    return _save(draw, columns=len(shares), size=(10, 4.5))


def draw_sweep(found: Findings, say: Words) -> tuple[bytes, bytes]:
    """Return and effective chords over β, and one over the other: points beside exact lines."""

    def draw(axes: Any) -> None:
        names = {"return": ("learned return", "optimum"), "bonus": ("learned bonus", "rest")}
        for colour, entropy, marker in ((_RETURN, "return", "o"), (_BONUS, "bonus", "x")):
            learned, exact = (say[name] for name in names[entropy])
            for points, style, label in (
                (found.swept.exact[entropy], "-", exact),
                (found.swept.learned[entropy], marker, learned),
            ):
                betas = [point.beta for point in points]
                returns = [point.mean_return for point in points]
                chords = [point.effective_chords for point in points]
                told = {"color": colour, "markersize": 6, "linewidth": 1.5, "alpha": 0.85}
                for panel, x, y in zip(
                    axes,
                    (betas, betas, chords),
                    (returns, chords, returns),
                    strict=True,
                ):
                    panel.plot(x, y, style, label=label, **told)
        labels = ("beta", "beta", "effective chords"), ("return", "effective chords", "return")
        for panel, over, what in zip(axes, *labels, strict=True):
            panel.set_xlabel(say[over])
            panel.set_ylabel(say[what])
            panel.grid(alpha=0.3)
        axes[1].set_yscale("log")
        axes[2].set_xscale("log")
        for axis in (axes[1].yaxis, axes[2].xaxis):
            axis.set_major_locator(_ticks())
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter("")
        handles, names_ = axes[0].get_legend_handles_labels()
        axes[0].figure.legend(
            handles, names_, frameon=False, loc="outside lower center", ncols=2, fontsize=10
        )

    return _save(draw, columns=3, size=(12, 4.5), sharey=False)


def _ticks() -> Any:
    from matplotlib.ticker import FixedLocator

    return FixedLocator([1, 2, 3, 5, 10, 20, 50, 100])


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
    draw: Callable[[Any], None], *, columns: int, size: tuple[float, float], sharey: bool = True
) -> tuple[bytes, bytes]:
    """A figure that is drawn on its axes, an array of them if there are several columns."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _style():
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, columns, sharey=sharey)
        for panel in np.atleast_1d(axes):
            panel.spines[["top", "right"]].set_visible(False)
        draw(axes)
        svg, png = BytesIO(), BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None})
        figure.savefig(png, format="png", dpi=150, metadata={"Software": None})
    return svg.getvalue(), png.getvalue()


@contextmanager
def _style() -> Iterator[None]:
    """Letters stay letters in the SVG; a font with Japanese ones stands in where it must."""
    import matplotlib
    from matplotlib import font_manager

    families = ["DejaVu Sans"]
    # Found, not imported: importing it would change Matplotlib's settings for all.
    package = find_spec(_JAPANESE)
    if package is not None and package.submodule_search_locations:
        file = Path(package.submodule_search_locations[0]) / _JAPANESE_FILE
        name = font_manager.FontProperties(fname=file).get_name()
        if all(entry.name != name for entry in font_manager.fontManager.ttflist):
            font_manager.fontManager.addfont(file)
        families.append(name)
    told: dict[Any, Any] = {"svg.hashsalt": "shinko", "svg.fonttype": "none", "font.size": 10}
    with matplotlib.rc_context({**told, "font.family": families}):
        yield
