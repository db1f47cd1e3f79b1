"""How progressions show themselves in a notebook: Roman numerals, the engraved page, a player."""

from __future__ import annotations

import html
from base64 import b64encode
from contextlib import suppress

from shinko.errors import ShinkoError
from shinko.files.formats import Job, Rendering
from shinko.files.render import render, render_text
from shinko.printable import in_one_line
from shinko.score.arrange import Performance
from shinko.score.progression import Progression

CHORDS_A_ROW = 8
PLAYER = "mp3"  # plays in every browser
MOST_WHOLE, MOST_NAMED = 4, 64
"""Of several progressions: how many have pages and players, how many are there at all."""


class Progressions(list[Progression]):
    """Several progressions; a notebook shows the first with pages and players, a terminal lines."""

    def _repr_html_(self) -> str:
        parts = [notebook_html(progression) for progression in self[:MOST_WHOLE]]
        for progression in self[MOST_WHOLE:MOST_NAMED]:
            parts += [_head(progression), _table(progression)]
        return "\n".join([*parts, *_rest(self)])

    def __repr__(self) -> str:
        lines = [
            f"{progression.key}: {render_text(progression, 'line').strip()}"
            for progression in self[:MOST_NAMED]
        ]
        return "\n".join([*lines, *_rest(self)])


def notebook_html(progression: Progression, performance: Performance | None = None) -> str:
    """The progression as a piece of HTML that needs no network.

    What isn't installed is left out: without Verovio the chart stands in for the page.

    Args:
      progression: what to show.
      performance: how the player plays it; block chords if not given.
    """
    performance = performance or Performance()
    parts = [_head(progression), _table(progression)]
    try:
        pages = render(progression, Rendering(("svg",), performance, page="fit"))
        parts += [f'<div style="max-width:60em">{_flexible(page)}</div>' for page in pages.values()]
    except ShinkoError:
        parts.append(f"<pre>{html.escape(render_text(progression, 'txt'))}</pre>")
    with suppress(ShinkoError):
        data = b64encode(_sound(progression, performance)).decode()
        parts.append(f'<audio controls src="data:audio/mpeg;base64,{data}"></audio>')
    return "\n".join(parts)


def _head(progression: Progression) -> str:
    title = in_one_line(progression.title) or "Progression"
    head = f"{title} · {progression.key} · {progression.tempo_bpm:g} bpm"
    return f"<p><b>{html.escape(head)}</b></p>"


def _table(progression: Progression) -> str:
    """Names under numerals, some chords a row, so that it is no wider than a cell."""
    rows = []
    for begin in range(0, len(progression.chords), CHORDS_A_ROW):
        for texts in (progression.roman_numerals, progression.names):
            cells = (
                f'<td style="text-align:center">{html.escape(text)}</td>'
                for text in texts[begin : begin + CHORDS_A_ROW]
            )
            rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _flexible(page: bytes) -> str:
    """A page that gets smaller where there is less room than its paper needs."""
    return page.decode().replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)


def _sound(progression: Progression, performance: Performance) -> bytes:
    from shinko.export.audio import preview_bytes

    return preview_bytes(Job(progression, Rendering((PLAYER,), performance)).score)


def _rest(progressions: Progressions) -> list[str]:
    more = len(progressions) - MOST_NAMED
    return [f"… and {more} more"] if more > 0 else []
