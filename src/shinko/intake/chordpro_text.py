"""A ChordPro text as its parts: lines that are continued, directives, chords in brackets.

    {comment: now in %{key}}        braces within braces belong to the value
    ｛title：…｝                    wide signs count as their plain ones
    a line that \\                   goes on in the next one
    [ch]Am[/ch]                     is [Am]

Source: the ChordPro file format, version 6 (chordpro.org): directives and their short names,
selectors, continued lines.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

ALIASES = {
    "t": "title",
    "st": "subtitle",
    "ns": "new_song",
    "soc": "start_of_chorus",
    "eoc": "end_of_chorus",
    "sov": "start_of_verse",
    "eov": "end_of_verse",
    "sob": "start_of_bridge",
    "eob": "end_of_bridge",
    "sot": "start_of_tab",
    "eot": "end_of_tab",
    "sog": "start_of_grid",
    "eog": "end_of_grid",
    "c": "comment",
    "ci": "comment_italic",
    "cb": "comment_box",
}
COMMENTS = ("comment", "comment_italic", "comment_box", "highlight")
DETAILS = (
    *("subtitle", "artist", "composer", "lyricist", "arranger", "copyright", "album", "year"),
    *("duration", "capo", "sorttitle", "sortartist", "tag"),
)
"""What is told of a song beside its title, key, tempo and meter."""
FORMATTING = {
    *("new_page", "np", "new_physical_page", "npp", "column_break", "colb", "columns", "col"),
    *("pagetype", "diagrams", "grid", "g", "no_grid", "ng", "titles", "image", "define", "chord"),
    *("cf", "cs", "tf", "ts", "transpose", "chorus", "meta", "new_song"),
}
_FONTS = re.compile(r"(?:chord|chorus|footer|grid|label|tab|text|title|toc)(?:font|size|colou?r)")
FOREIGN = {"tab", "abc", "ly", "svg", "textblock", "strum", "grille", "musicxml"}
"""What these environments hold are no lyrics."""
INSTRUMENT = "guitar"
"""Whose directives are read: the instrument that the reference program reads for."""

# Wide brackets, one for one, so that places in a line stay.
_WIDE = str.maketrans("｛｝［］【】〔〕", "{}[][][]")
_NAME = re.compile(r"\s*([A-Za-z_]\w*)(?:-([\w-]*!?))?[ \t]*[:：]?")
_MARKED = re.compile(r"\[ch\](.*?)\[/ch\]", re.IGNORECASE)
_MARKS = re.compile(r"\[/?(?:ch|tab)\]", re.IGNORECASE)
_LETTERS = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
_END = re.compile(r"\s*\{\s*(?:end_of_(\w+)|eo([cvbtg]))\b", re.IGNORECASE)
_SHORT_ENDS = {"c": "chorus", "v": "verse", "b": "bridge", "t": "tab", "g": "grid"}
CHORD = re.compile(r"\[([^\[\]]*)\]")


class Directive(NamedTuple):
    """A directive.

    Attributes:
      name: in full; of {meta: key G} that is key.
      selector: whom it is for; "" is everybody.
      is_meta: whether it is {meta}, which knows all names.
    """

    name: str
    value: str
    selector: str = ""
    is_meta: bool = False

    @property
    def is_for_us(self) -> bool:
        """Whether its selector, if any, is the instrument that is read for."""
        named = self.selector.removesuffix("!").casefold()
        return not named or (named == INSTRUMENT) != self.selector.endswith("!")

    @property
    def is_known(self) -> bool:
        """Whether it means something in ChordPro, here or to a printer."""
        return (
            self.name in KNOWN
            or self.name.startswith(("start_of_", "end_of_", "x_"))
            or _FONTS.fullmatch(self.name) is not None
        )


KNOWN = {*COMMENTS, *DETAILS, *FORMATTING, "title", "key", "time", "tempo", "mode"}


def lines_of(text: str, first: int = 1) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers, those that are continued in one."""
    before, begun = "", 0
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=first):
        line = before + (line.lstrip() if begun else line)
        begun = begun or number
        # A backslash ends a line that is read at all.
        if line.endswith("\\") and not line.startswith("#"):
            before = line[:-1]
            continue
        yield begun, line
        before, begun = "", 0
    if begun:
        yield begun, before


def plain(line: str) -> str:
    """A line with plain brackets, and with [Am] for "[ch]Am[/ch]"."""
    return _MARKS.sub("", _MARKED.sub(r"[\1]", line.translate(_WIDE)))


def ended_by(line: str) -> str:
    """The name of the environment that a line ends; "" if it ends none."""
    if (found := _END.match(line)) is None:
        return ""
    return found[1].casefold() if found[1] else _SHORT_ENDS[found[2].casefold()]


def narrow(text: str) -> str:
    """A chord or a number in plain letters: "Am7" for "Ａｍ７"."""
    return text.translate(_LETTERS)


def directives(line: str) -> Iterator[tuple[int, int]]:
    """Where the directives of a line begin and end, braces and all."""
    place, nested = 0, True
    while (begin := line.find("{", place)) >= 0:
        end = _braced(line, begin) if nested else -1
        if end < 0:  # a brace is missing: the innermost ones count
            nested = False
            if (end := line.find("}", begin) + 1) == 0:
                return
            begin = line.rfind("{", begin, end)
        yield begin, end
        place = end


def _braced(line: str, place: int) -> int:
    """Where what begins with "{" ends, beyond its "}"; -1 where its other half is missing."""
    depth = 0
    for end in range(place, len(line)):
        depth += (line[end] == "{") - (line[end] == "}")
        if not depth:
            return end + 1
    return -1


def directive(inside: str) -> Directive:
    """What stands between braces; no name where it begins with none."""
    match = _NAME.match(narrow(inside))
    if match is None:
        return Directive("", inside.strip())
    name = ALIASES.get(match[1].casefold(), match[1].casefold())
    value = inside[match.end() :].strip()
    meta = name == "meta"
    if meta:
        first, _, rest = value.partition(" ")
        name, value = first.rstrip(":").casefold(), rest.strip()
    return Directive(name, value, match[2] or "", meta)
