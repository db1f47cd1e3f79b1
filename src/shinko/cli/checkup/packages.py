"""What is installed of what Shinko can use, after its own metadata.

Which packages an extra has is told by the requirements that were written when Shinko was installed;
there is no second list of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from typing import TYPE_CHECKING

from shinko.cli.checkup.finding import Finding, State
from shinko.export.synth import INSTALL_SYNTHESISER, SYNTHESISER

if TYPE_CHECKING:
    from packaging.requirements import Requirement

NAME = "shinko"
BASE = "base"
# What belongs to an extra and can't be one of its requirements, and the line that installs it.
BESIDE = {"audio": {SYNTHESISER: INSTALL_SYNTHESISER}}


@dataclass(frozen=True)
class InstalledPart:
    """The packages of an extra, or those without which nothing works.

    Attributes:
      name: the extra; BASE for what is always needed.
      versions: of each package that is there, by name.
      missing: the names of those that aren't.
      unfit: those of another version than is asked for, with the version and what is asked for.
      install: the lines that install what is missing or unfit.
    """

    name: str
    versions: dict[str, str]
    missing: tuple[str, ...]
    unfit: tuple[str, ...]
    install: tuple[str, ...]

    @property
    def is_there(self) -> bool:
        """Whether it can be tried."""
        return not self.missing

    @property
    def renewal(self) -> tuple[str, ...]:
        """The lines that install all of it anew."""
        return (f"pip uninstall -y {' '.join(self.versions)}", *_lines(self.name))

    def finding(self) -> Finding:
        """Told in a line."""
        there = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        if self.missing:
            state: State = "broken" if self.name == BASE else "lacks"
            return Finding(self.name, state, f"not there: {', '.join(self.missing)}", self.install)
        if self.unfit:
            text = f"not as tested: {', '.join(self.unfit)}"
            return Finding(self.name, "lacks", text, self.install)
        return Finding(self.name, "works", there or "nothing beyond the other extras")


def installed_parts() -> list[InstalledPart]:
    """The base and all extras, in the order of their names.

    An extra that holds others whole, as that for developers does, has only what it adds to them.

    Raises:
      PackageNotFoundError: Shinko runs from its source, and isn't installed.
      ImportError: `packaging`, which reads requirements, can't be imported.
    """
    from packaging.requirements import Requirement

    wanted = [Requirement(line) for line in requires(NAME) or ()]
    names = sorted(metadata(NAME).get_all("Provides-Extra") or [])
    extras = {name: {one.name: one for one in _asked(wanted, name)} for name in names}
    base = [one for one in wanted if _is_asked(one, "")]
    parts = [_part(BASE, base)]
    for name, asked in extras.items():
        within = [other for other in extras.values() if other.keys() < asked.keys()]
        added = asked.keys() - {package for other in within for package in other}
        parts.append(_part(name, [one for one in asked.values() if one.name in added]))
    return parts


def _asked(wanted: list[Requirement], extra: str) -> list[Requirement]:
    """What an extra asks for beyond the base."""
    return [one for one in wanted if _is_asked(one, extra) and not _is_asked(one, "")]


def _is_asked(one: Requirement, extra: str) -> bool:
    return one.name != NAME and (one.marker is None or one.marker.evaluate({"extra": extra}))


def _part(name: str, asked: list[Requirement]) -> InstalledPart:
    beside = BESIDE.get(name, {})
    found = {one.name: _version(one.name) for one in asked} | {
        other: _version(other) for other in beside
    }
    missing = tuple(package for package, number in found.items() if number is None)
    unfit = tuple(
        f"{one.name} {number}, asked for is {one.specifier}"
        for one in asked
        if (number := found[one.name]) is not None and not _fits(one, number)
    )
    own = _lines(name)
    if not unfit and set(missing) <= set(beside):
        own = own[1:]
    there = {package: number for package, number in found.items() if number is not None}
    return InstalledPart(name, there, missing, unfit, own if missing or unfit else ())


def _fits(one: Requirement, number: str) -> bool:
    from packaging.version import InvalidVersion

    try:
        return one.specifier.contains(number, prereleases=True)
    except InvalidVersion:
        return False


def _lines(name: str) -> tuple[str, ...]:
    what = NAME if name == BASE else f'"{NAME}[{name}]"'
    return (f"pip install {what}", *BESIDE.get(name, {}).values())


def _version(package: str) -> str | None:
    """The installed version; None where it isn't, "?" where its metadata is damaged."""
    try:
        return version(package) or "?"
    except PackageNotFoundError:
        return None
    except Exception:
        return "?"
