"""The pages of the docs, and the blocks that stand in them."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# Each Japanese page and the English one that it says the same as.
JAPANESE = {
    ROOT / "README.ja.md": ROOT / "README.md",
    **{page: ROOT / "docs" / page.name for page in sorted(ROOT.glob("docs/ja/*.md"))},
}
FENCE = re.compile(r"^```(\S+)[ ]?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What writes the docs and builds the site is tested as modules.
sys.path.append(str(ROOT / "scripts"))


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Block:
    """A fenced block; `line` is the number of the line before its content."""

    kind: str
    file: str
    content: str
    line: int
    printed: str | None = None


def blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for match in FENCE.finditer(text):
        kind, file, content = match.groups()
        below = FENCE.match(text, match.end() + 2)
        printed = below[3] if below and below[1] == "text" and not below[2] else None
        yield Block(kind, file, content, text.count("\n", 0, match.start(3)), printed)
