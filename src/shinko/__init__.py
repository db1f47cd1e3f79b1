"""Shinko composes chord progressions learned by reinforcement from chord statistics."""

import sys
from typing import Any

__version__ = "0.2.0"


def _show_in_notebooks() -> None:
    """Let a notebook that is running show progressions as pages with a player."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        return

    def as_html(progression: Any) -> str:
        from shinko.songwriting.notebook import notebook_html

        return notebook_html(progression)

    shell.display_formatter.formatters["text/html"].for_type_by_name(
        "shinko.score.progression", "Progression", as_html
    )


_show_in_notebooks()
