"""A Markdown extension: links out of docs/ lead to the site's own pages, and files have titles.

On the repository's page `../BENCHMARKS.md` and `../src/shinko/rl/reference.py` are files. On the
site the first is the page that shows this file (a page of docs/ that includes it, see `included`),
the second the module's place in the interface reference. Pages that include a file of the root lie
in docs/ itself, so what is below docs/ for that file is beside them.

A block of code whose head names a file, as "text songs.txt", has that name as its title.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

ROOT = Path(__file__).resolve().parents[1]
_INCLUDED = re.compile(r'^--8<-- "([^"]+)"$', re.MULTILINE)
_LINK = re.compile(r"(?P<up>(?:\.\./)*)(?P<path>[^#:]+)(?P<anchor>#.*)?")
_FILE = re.compile(r"^(```\w+) (\S+\.\w+)$")
# Once what pages include is in (32), before blocks of code are taken out (25).
_BETWEEN = 30
# Before mkdocs turns .md into the address of a page, at 0.
_PRIORITY = 5


def included(docs: Path) -> dict[str, str]:
    """The files of the repository that pages of docs/ show whole, and those pages."""
    return {
        file: page.name
        for page in sorted(docs.glob("*.md"))
        for file in _INCLUDED.findall(page.read_text("utf-8"))
    }


def on_site(link: str, pages: dict[str, str]) -> str:
    """Where a link leads on the site; what is no link out of docs/ stays as it is.

    Args:
      link: as it stands in a page of docs/, or in a file that one of them includes.
      pages: see `included`.
    """
    match = _LINK.fullmatch(link)
    if match is None:
        return link
    up, path, anchor = match["up"], match["path"], match["anchor"] or ""
    inside = up.removesuffix("../")
    if path in pages:
        return f"{inside}{pages[path]}{anchor}"
    if path.startswith("src/shinko/") and path.endswith(".py"):
        module = path[len("src/") : -len(".py")].removesuffix("/__init__").replace("/", ".")
        room = module.split(".")[1]
        return f"{inside}reference/{room}.md#{module}"
    return link if up else link.removeprefix("docs/")


class _Links(Treeprocessor):
    def __init__(self, md: Markdown, pages: dict[str, str]) -> None:
        super().__init__(md)
        self._pages = pages

    def run(self, root: Element) -> None:
        for tag, attribute in (("a", "href"), ("img", "src")):
            for element in root.iter(tag):
                if link := element.get(attribute):
                    element.set(attribute, on_site(link, self._pages))


class _Titles(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return [_FILE.sub(r'\1 title="\2"', line) for line in lines]


class LinksExtension(Extension):
    """See the module."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.preprocessors.register(_Titles(md), "site_titles", _BETWEEN)
        md.treeprocessors.register(_Links(md, included(ROOT / "docs")), "site_links", _PRIORITY)


def makeExtension() -> LinksExtension:  # noqa: N802
    """What Python-Markdown calls."""
    return LinksExtension()
