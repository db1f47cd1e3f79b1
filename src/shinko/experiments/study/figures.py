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

from shinko.experiments.statistics import interquartile_means
from shinko.experiments.study.claims import chords_in_words
from shinko.experiments.study.findings import Findings
from shinko.experiments.study.recorded import Ending, endings, not_yet_collapsed
from shinko.experiments.study.words import Words
from shinko.rl.selection import Selection, usual_window
from shinko.theory import parse_token

# Distinct for colour-blind readers, too. Source: Okabe and Ito (2008), Color Universal Design.
_COLOURS = ("#D55E00", "#0072B2")
# Of the sweep: the entropy as a bonus has the colour of the poster's β, in the return another.
_RETURN, _BONUS = "#009E73", "#0072B2"
# Chords that have a colour of their own in the figure of shares; the others are one.
_MOST_CHORDS = 12
# Endings of a β that have a panel in it.
_MOST_ENDINGS = 4
# Points that a curve is drawn with at most.
_POINTS = 380
# The package of a font with Japanese letters; Matplotlib's own has none.
_JAPANESE, _JAPANESE_FILE = "matplotlib_fontja", Path("fonts", "ipaexg.ttf")


def draw_returns(found: Findings, say: Words) -> tuple[bytes, bytes]:
    """Return by epoch: each training, their interquartile mean with its interval, the selected
    checkpoints circled, and the exact optimum as a line.
    """

    def draw(axes: Any) -> None:
        top = found.best.objective
        axes.axhline(top, color="black", linewidth=1, linestyle="--")
        axes.text(1, top, say["exact optimum"].format(value=top), va="bottom", fontsize=9)
        hollow = {"markersize": 7, "markerfacecolor": "none"}
        for colour, (beta, trained) in zip(_COLOURS, found.trained.items(), strict=True):
            epochs, returns = _thinned(_smoothed(np.array([one.returns for one in trained])))
            axes.plot(epochs, returns.T, color=colour, linewidth=0.6, alpha=0.35)
            mean, low, high = interquartile_means(returns)
            axes.fill_between(epochs, low, high, color=colour, alpha=0.2, lw=0)
            axes.plot(epochs, mean, color=colour, linewidth=2.2, label=f"β = {beta:.2f}")
            for one in trained:
                if isinstance(one.selection, Selection):
                    row = one.selection.row
                    axes.plot(row.epoch, row.mean_return, "o", color=colour, **hollow)
        axes.plot([], [], "o", color="grey", label=say["selected"], **hollow)
        axes.set_xlabel(say["epoch"])
        axes.set_ylabel(say["return"])
        axes.set_ylim(0, top * 1.1)
        axes.grid(axis="y", alpha=0.3)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))

    return _save(draw, size=(8, 4.5))


def draw_survival(found: Findings, say: Words) -> tuple[bytes, bytes]:
    """The share of trainings not yet collapsed by epoch, with exact intervals."""

    def draw(axes: Any) -> None:
        for (colour, line), (beta, trained) in zip(
            zip(_COLOURS, ("-", "--"), strict=True), found.trained.items(), strict=True
        ):
            left = not_yet_collapsed(trained)
            axes.fill_between(
                left.epochs, left.low, left.high, step="post", color=colour, alpha=0.15, lw=0
            )
            told = {"color": colour, "linestyle": line, "label": f"β = {beta:.2f}"}
            axes.step(left.epochs, left.share, where="post", **told)
        axes.set_xlabel(say["epoch"])
        axes.set_ylabel(say["not yet"])
        axes.set_xlim(0, left.epochs[-1])
        axes.set_ylim(0, 1.02)
        axes.grid(axis="y", alpha=0.3)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))

    return _save(draw, size=(8, 3.6))


def draw_shares(found: Findings, say: Words) -> tuple[bytes, bytes]:
    """Each chord's share by epoch, stacked; a row of panels for each β, one for each ending."""
    import matplotlib

    ended = {beta: endings(trained)[:_MOST_ENDINGS] for beta, trained in found.trained.items()}
    shares = {
        (beta, ending): np.asarray(
            np.mean([one.shares for one in ending.trained], axis=0, dtype=np.float64)
        )
        for beta, told in ended.items()
        for ending in told
    }
    mean = np.mean([each.mean(axis=0) for each in shares.values()], axis=0)
    shown = np.argsort(-mean, kind="stable")[:_MOST_CHORDS]
    colours = [*matplotlib.colormaps["tab20"].colors[: len(shown)], (0.85, 0.85, 0.85)]  # type: ignore[attr-defined]
    labels = [*(str(parse_token(found.chords[chord])) for chord in shown), say["others"]]
    columns = max(len(told) for told in ended.values())

    def draw(panels: Any) -> None:
        for row, (beta, told) in zip(panels, ended.items(), strict=True):
            for panel in row[len(told) :]:
                panel.set_visible(False)
            for panel, ending in zip(row, told, strict=False):
                epochs, thinned = _thinned(_smoothed(shares[beta, ending].T))
                parts = [*thinned[shown], 1.0 - thinned[shown].sum(axis=0)]
                panel.stackplot(epochs, parts, colors=colours, labels=labels, lw=0)
                panel.set_title(_ending_title(found, beta, ending, say), fontsize=10)
                panel.set_xlabel(say["epoch"])
                panel.set_xlim(epochs[0], epochs[-1])
                panel.set_ylim(0, 1)
            row[0].set_ylabel(say["share"])
        handles, names = panels[0, 0].get_legend_handles_labels()
        panels[0, 0].figure.legend(
            handles[::-1], names[::-1], frameon=False, loc="outside right center", fontsize=10
        )

    return _save(draw, rows=len(ended), columns=columns, size=(1 + 3 * columns, 6.5))


def _ending_title(found: Findings, beta: float, ending: Ending, say: Words) -> str:
    chords = chords_in_words(found, ending, say)
    return f"β = {beta:.2f}: {chords} ({len(ending.trained)}/{len(found.trained[beta])})"


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
    window = usual_window(values.shape[-1])
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
    draw: Callable[[Any], None],
    *,
    size: tuple[float, float],
    rows: int | None = None,
    columns: int | None = None,
    sharey: bool = True,
) -> tuple[bytes, bytes]:
    """A figure that is drawn on its axes, an array of them if there are rows or columns.

    Args:
      draw: called with a panel; with a line of them, (columns,), if there are columns only.
      size: in inches.
      rows, columns: of panels.
      sharey: whether they have one scale.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _style():
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        panels = figure.subplots(rows or 1, columns or 1, sharey=sharey, squeeze=False)
        axes = panels if rows else panels[0] if columns else panels[0, 0]
        for panel in panels.flat:
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
