"""How a progression shows itself in a notebook: Roman numerals, the engraved page, a player."""

from __future__ import annotations

import html
from base64 import b64encode
from contextlib import suppress

from shinko.errors import ShinkoError
from shinko.recipes.formats import Rendering
from shinko.recipes.render import render, render_text
from shinko.score.arrange import Performance
from shinko.score.progression import Progression

# MP3 plays in every browser.
_PLAYER = "mp3"


def notebook_html(progression: Progression, performance: Performance | None = None) -> str:
    """The progression as a piece of HTML that needs no network.

    What isn't installed is left out: without Verovio the chart stands in for the page.

    Args:
      progression: what to show.
      performance: how the player plays it; block chords if not given.
    """
    performance = performance or Performance()
    head = (
        f"{progression.title or 'Progression'} · {progression.key} · {progression.tempo_bpm:g} bpm"
    )
    parts = [f"<p><b>{html.escape(head)}</b></p>", _table(progression)]
    try:
        pages = render(progression, Rendering(("svg",), performance, page="fit"))
        parts += [f'<div style="max-width:60em">{page.decode()}</div>' for page in pages.values()]
    except ShinkoError:
        parts.append(f"<pre>{html.escape(render_text(progression, 'txt'))}</pre>")
    with suppress(ShinkoError):
        (sound,) = render(progression, Rendering((_PLAYER,), performance)).values()
        data = b64encode(sound).decode()
        parts.append(f'<audio controls src="data:audio/mpeg;base64,{data}"></audio>')
    return "\n".join(parts)


def _table(progression: Progression) -> str:
    rows = (progression.roman_numerals, progression.names)
    cells = [
        "".join(f'<td style="text-align:center">{html.escape(text)}</td>' for text in row)
        for row in rows
    ]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
