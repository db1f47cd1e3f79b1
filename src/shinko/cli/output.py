"""How results are printed, where a command can do it in two ways."""

from __future__ import annotations

from dataclasses import dataclass

from shinko.request import Request, asked


@dataclass(frozen=True)
class AsJson(Request):
    """For people, or for programs."""

    json: bool = asked(False, "Print JSON.")
