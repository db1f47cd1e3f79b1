"""Build the site strictly into build/site, and hold what was built to what it promises.

Run: python scripts/build_site.py

Every link within the site leads to a page and an anchor that are there, every page can be reached
from the first one, and no page loads anything from another host. (Links to other hosts, which a
reader follows, are not tried. The theme's script can load a diagram program and others from
elsewhere, for pages that hold what these are for; `LOADS_MORE` names it.)
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "build" / "site"

# Attributes whose address a browser fetches by itself.
_LOADED = {"src", "srcset", "poster", "data"}
# Of these elements it fetches the link, too; `rel`s that tell only of another page are no fetch.
_FETCHED_RELS = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "modulepreload"}
LOADS_MORE = {"mermaid", "glightbox", "pyodide"}
_CSS_URL = re.compile(r"""(?:@import\s+(?:url\()?|url\()\s*["']?([^"')\s;]+)""")
_HERE = "http://site.invalid"
_GENERATOR = re.compile(r"^(griffe: .*)$", re.MULTILINE)


@dataclass
class Page:
    """What a built page promises: its anchors, where its links lead, what it loads."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    fences: int = 0  # blocks of code that are shown as they are written


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_style = tag == "style"
        self.page.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.page.classes |= set(given.get("class", "").split())
        self.page.loads += [given[name] for name in given if name in _LOADED]
        self.page.loads += _CSS_URL.findall(given.get("style", ""))
        if tag == "a" and "href" in given:
            self.page.links.append(given["href"])
        if tag == "link" and _FETCHED_RELS & set(given.get("rel", "").split()):
            self.page.loads.append(given["href"])

    def handle_data(self, data: str) -> None:
        self.page.fences += data.lstrip().startswith("```")
        if self._in_style:
            self.page.loads += _CSS_URL.findall(data)


def read_page(html: str) -> Page:
    """What a page's HTML promises."""
    reader = _Reader()
    reader.feed(html)
    return reader.page


def problems(site: Path) -> Iterator[str]:
    """What a built site promises and doesn't keep, one line each."""
    pages = {
        path.relative_to(site).as_posix(): read_page(path.read_text("utf-8"))
        for path in sorted(site.rglob("*.html"))
    }
    led_to = {"index.html", "404.html"}
    for name, page in pages.items():
        for link in page.links:
            target = _target(name, link)
            if target is None:
                continue
            file, anchor = target
            led_to.add(file)
            if not (site / file).is_file():
                yield f"{name}: {link} leads nowhere"
            elif anchor and file in pages and anchor not in pages[file].anchors:
                yield f"{name}: {link} leads to no anchor of that page"
        yield from _bad_loads(site, name, page.loads)
        if page.fences:
            yield f"{name}: a block of code isn't shown as one"
        for kind in sorted(LOADS_MORE & page.classes):
            yield f"{name}: what is of class {kind} loads a program from another host"
    for path in sorted(site.rglob("*.css")):
        name = path.relative_to(site).as_posix()
        yield from _bad_loads(site, name, _CSS_URL.findall(path.read_text("utf-8")))
    for name in sorted(set(pages) - led_to):
        yield f"{name}: no link leads there"


def _bad_loads(site: Path, name: str, loads: list[str]) -> Iterator[str]:
    for load in loads:
        if load.startswith(("data:", "#")):
            continue
        target = _target(name, load)
        if target is None:
            yield f"{name}: {load} is loaded from another host"
        elif not (site / target[0]).is_file():
            yield f"{name}: {load} is loaded and isn't there"


def _target(name: str, link: str) -> tuple[str, str] | None:
    """The file of the site and the anchor that a link leads to; None if it leads elsewhere."""
    parts = urlsplit(urljoin(f"{_HERE}/{name}", link.strip()))
    if f"{parts.scheme}://{parts.netloc}" != _HERE:
        return None
    file = unquote(parts.path).removeprefix("/")
    return (f"{file}index.html" if not file or file.endswith("/") else file), unquote(
        parts.fragment
    )


def build() -> list[str]:
    """Build the site; what the generator complains of.

    Raises:
      SystemExit: it ended with an error.
    """
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return _GENERATOR.findall(done.stdout + done.stderr)


def main() -> None:
    """Build, check, and tell what is wrong."""
    found = [*build(), *problems(SITE)]
    if found:
        sys.exit("\n".join([*found, f"{len(found)} problems in the site"]))
    print(f"{SITE.relative_to(ROOT)}: {len(list(SITE.rglob('*.html')))} pages, all links hold")


if __name__ == "__main__":
    main()
