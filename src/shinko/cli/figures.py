"""Figures side by side in the terminal: a row a figure, a column each policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shinko.cli.streams import print_lines
from shinko.planning.walk import Walk


def print_columns(names: Sequence[str], rows: Mapping[str, Sequence[str]]) -> None:
    """A head of names over rows of texts."""
    first = max(map(len, rows))
    table = list(zip(*rows.values(), strict=True))
    widths = [max(len(name), *map(len, column)) for name, column in zip(names, table, strict=True)]
    print_lines(" " * first + "".join(f"   {n:>{w}}" for n, w in zip(names, widths, strict=True)))
    for name, texts in rows.items():
        cells = zip(texts, widths, strict=True)
        print_lines(f"{name:<{first}}" + "".join(f"   {text:>{width}}" for text, width in cells))


def exact_figures(walks: Sequence[Walk], tau: float) -> dict[str, list[str]]:
    """What `print_columns` takes, of policies whose figures are exact."""
    return {
        "objective": [f"{one.objective(tau):.4f}" for one in walks],
        "return": [f"{one.mean_return:.4f}" for one in walks],
        "entropy per step": [f"{one.entropy:.3f}" for one in walks],
        "effective chords": [f"{one.effective_tokens:.2f}" for one in walks],
        "commonest pair": [f"{one.commonest_pair:.1%}" for one in walks],
    }
