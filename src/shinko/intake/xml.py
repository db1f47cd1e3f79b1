"""XML from anywhere, within bounds: no entities, no depths, no more elements than a score needs.

A compressed MusicXML file (.mxl) is a ZIP archive whose META-INF/container.xml names the score.
Nothing is ever unpacked to disk, so that paths in it can't do harm.

Source: MusicXML 4.0, "Compressed .mxl files".
"""

import io
import re
import zipfile
import zlib
from collections.abc import Container
from fractions import Fraction
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from shinko.intake.bounded import IntakeError

MOST_BYTES = 8_000_000  # of XML: a lead sheet has a hundredth of that
MOST_ELEMENTS = 400_000
MOST_DEPTH = 24  # MusicXML needs 11
MOST_MEMBERS = 1000
CONTAINER = "META-INF/container.xml"
_NUMBER = re.compile(r"\s*([+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12}))\s*")
_ZIP_START, _ZIP_MEMBER = b"PK\x03\x04", b"PK\x01\x02"
_MOST_CONTAINER_BYTES = 100_000


def read_xml(data: bytes, *, skip: Container[str] = ()) -> Element:
    """The tree of an XML document, without the elements named in `skip`.

    Args:
      data: in any encoding that XML tells by its first bytes.
      skip: elements below the root to leave out, with all they hold.

    Raises:
      IntakeError: no XML, entities, too deep or too large.
    """
    if len(data) > MOST_BYTES:
        raise IntakeError(f"{len(data):,} bytes of XML, {MOST_BYTES:,} at most; give a part of it")
    reader = _Reader(skip)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise IntakeError(f"no well-formed XML: {error}; export it anew") from error
    except (LookupError, TypeError, ValueError) as error:  # an encoding that Python lacks
        raise IntakeError(f"its encoding can't be read: {error}; save it as UTF-8") from error
    return reader.tree()


def unpacked(data: bytes) -> bytes:
    """The score of a compressed MusicXML file; other data as it is.

    Raises:
      IntakeError: a broken archive, one without a score, or one that is too large.
    """
    if not data.startswith(_ZIP_START):
        return data
    if data.count(_ZIP_MEMBER) > MOST_MEMBERS:
        raise IntakeError(f"an archive of more than {MOST_MEMBERS:,} files; give one of a score")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _member(archive, _score_name(archive), MOST_BYTES)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise IntakeError(f"a broken archive: {error}; export it anew") from error


def number(element: Element | None, tag: str, fallback: str = "") -> Fraction:
    """The number in a child element.

    Raises:
      IntakeError: there is none.
    """
    text = (element.findtext(tag) if element is not None else None) or fallback
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise IntakeError(f"<{tag}> is {text[:40]!r}; a number is expected")
    return Fraction(match[1])


def whole(element: Element | None, tag: str, least: int, most: int, fallback: str = "") -> int:
    """The whole number in a child element.

    Raises:
      IntakeError: there is none, or it is out of range.
    """
    value = number(element, tag, fallback)
    if value.denominator != 1 or not least <= value <= most:
        raise IntakeError(f"<{tag}> is {float(value):g}; {least} to {most} is expected")
    return int(value)


def one_line(text: str | None, most: int = 200) -> str:
    """Text without line breaks."""
    return " ".join((text or "").split())[:most]


class _Reader:
    """Expat's events, as a tree."""

    def __init__(self, skip: Container[str]) -> None:
        self._skip = skip
        self._builder = TreeBuilder()
        self._depth = self._elements = 0
        self._skipped_at = 0  # the depth of an element that is being left out

    def doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        # Entities and default attributes are declared inside; no notation program does so.
        if internal:
            raise IntakeError("it declares entities or elements of its own; export it anew")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MOST_DEPTH:
            raise IntakeError(f"elements nested more than {MOST_DEPTH} deep; export it anew")
        if self._elements > MOST_ELEMENTS:
            raise IntakeError(f"more than {MOST_ELEMENTS:,} elements; give a part of it")
        if not self._skipped_at and self._depth > 1 and tag in self._skip:
            self._skipped_at = self._depth
        if not self._skipped_at:
            self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        if not self._skipped_at:
            self._builder.end(tag)
        elif self._skipped_at == self._depth:
            self._skipped_at = 0
        self._depth -= 1

    def text(self, text: str) -> None:
        if not self._skipped_at:
            self._builder.data(text)

    def tree(self) -> Element:
        return self._builder.close()


def _score_name(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if CONTAINER not in names:
        scores = [n for n in names if n.lower().endswith((".xml", ".musicxml")) and "/" not in n]
        if len(scores) == 1:
            return scores[0]
        raise IntakeError(f"an archive without {CONTAINER}; export it anew as .musicxml")
    container = read_xml(_member(archive, CONTAINER, _MOST_CONTAINER_BYTES))
    paths = [file.get("full-path", "") for file in container.iter() if file.tag == "rootfile"]
    if not paths or paths[0] not in names:
        named = repr(paths[0]) if paths else "no file"
        raise IntakeError(f"an archive whose {CONTAINER} names {named}; export it anew")
    return paths[0]


def _member(archive: zipfile.ZipFile, name: str, most_bytes: int) -> bytes:
    info = archive.getinfo(name)
    # Other methods may ask for gigabytes of memory.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise IntakeError(f"{name!r} is packed by method {info.compress_type}; export it anew")
    with archive.open(info) as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise IntakeError(f"{name!r} has more than {most_bytes:,} bytes; give a part of it")
    return data
