"""The names of 0.1, which work until 0.3: each module here is another one now, and says so."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from types import ModuleType

# Module of 0.1 -> where what it held is now, the first that has a name.
MOVED: dict[str, tuple[str, ...]] = {
    "chords": ("songwriting.chords",),
    "compose": ("songwriting.compose",),
    "dials": ("experiments.dial",),
    "evaluate": ("experiments.evaluate",),
    "explain": ("songwriting.explain",),
    "formats": ("files.formats",),
    "ground": ("songwriting.ground", "rl.variety"),
    "learn": ("experiments.learn",),
    "notebook": ("songwriting.notebook",),
    "optimum": ("experiments.optimum",),
    "originality": ("songwriting.originality",),
    "policy": ("rl.policy",),
    "read": ("files.read",),
    "render": ("files.render", "score.text"),
    "styles": ("songwriting.styles",),
    "wishes": ("songwriting.wishes",),
    "words": (),
    "words.runs": ("experiments.words.runs",),
    "words.scores": ("experiments.words.scores",),
    "words.text": ("experiments.words.text",),
    "words.training": ("experiments.words.training",),
}


class _Moved(ModuleType):
    """A module of 0.1: its names are looked up where they are now."""

    def __getattr__(self, name: str) -> object:
        old = self.__name__.removeprefix(f"{__name__}.")
        for home in () if name.startswith("__") else MOVED[old]:
            found = getattr(import_module(f"shinko.{home}"), name, None)
            if found is not None:
                warnings.warn(
                    f"{self.__name__}.{name} is shinko.{home}.{name} now; the old name goes in 0.3",
                    DeprecationWarning,
                    stacklevel=2,
                )
                return found
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


__path__: list[str] = []
for _old in MOVED:
    _module = _Moved(f"{__name__}.{_old}")
    _module.__path__ = []
    sys.modules[_module.__name__] = _module
