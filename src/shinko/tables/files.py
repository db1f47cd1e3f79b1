"""Text files as users have them: bounded, maybe gzipped, and every failure told in one line."""

import gzip
import io
import os
import zlib
from pathlib import Path

from shinko.intake.bounded import IntakeError
from shinko.intake.remarks import Remarks
from shinko.intake.text import text_of
from shinko.tables.table import TableError

GZIP_START = b"\x1f\x8b"


def is_there(path: Path) -> bool:
    """Whether there is a file or folder of this name.

    Raises:
      TableError: it can't be looked up: the name is too long, or a folder above it is closed.
    """
    try:
        return path.exists()
    except OSError as error:
        raise TableError(f"{path}: {error.strerror}; expected a file or folder") from None


def is_folder(path: Path) -> bool:
    """Whether a path is a folder; raises `TableError` as `is_there`, or if it can't be listed."""
    if not (is_there(path) and path.is_dir()):
        return False
    try:
        os.listdir(path)
    except OSError as error:
        raise TableError(f"{path}: {error.strerror}; expected a folder to read") from None
    return True


def read_song_text(path: Path, wanted: str, most: int) -> str:
    """The same of a text that people write, in whichever encoding they save it.

    Raises:
      TableError: as `read_text`, or it claims to be UTF-16 and isn't.
    """
    content = _read_bytes(path, wanted, most)
    if not content.strip():
        raise TableError(f"{path}: empty; expected {wanted}")
    try:
        text = text_of(content, Remarks())
    except IntakeError as error:
        raise TableError(f"{path}: {error}") from None
    if "\0" in text:
        position = content.index(b"\0")
        raise TableError(f"{path}: binary, a zero at byte {position}; expected {wanted}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_text(path: Path, wanted: str, most: int) -> str:
    """The text of a file, with line ends as "\\n"; gzip is recognised by its first two bytes.

    Args:
      path: the file.
      wanted: what the file should be, for the error: "a CSV table".
      most: bytes that it may have, also after unpacking.

    Returns:
      The text, read as UTF-8, or as Latin-1 where it isn't that (Hooktheory's third CSV).

    Raises:
      TableError: the file is missing, a folder, unreadable, empty, too large, broken gzip, or
        binary.
    """
    content = _read_bytes(path, wanted, most)
    if not content.strip():
        raise TableError(f"{path}: empty; expected {wanted}")
    if b"\0" in content:
        position = content.index(b"\0")
        raise TableError(f"{path}: binary, a zero at byte {position}; expected {wanted}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_bytes(path: Path, wanted: str, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise TableError(f"{path}: no such file; expected {wanted}") from None
    except IsADirectoryError:
        raise TableError(f"{path}: a folder; expected {wanted}") from None
    except OSError as error:
        raise TableError(f"{path}: {error.strerror}; expected {wanted}") from None
    except ValueError as error:  # a zero character in the path
        raise TableError(f"{str(path)!r}: {error}; expected {wanted}") from None
    if content.startswith(GZIP_START):
        content = _unpack(path, content, most)
    if len(content) > most:
        raise TableError(f"{path}: more than {most // 1_000_000} MB; expected {wanted}; split it")
    return content


def _unpack(path: Path, packed: bytes, most: int) -> bytes:
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(packed)).read(most + 1)
    except EOFError:
        raise TableError(f"{path}: gzip ends too early; fetch or pack the file again") from None
    except (OSError, zlib.error):
        raise TableError(f"{path}: broken gzip; fetch or pack the file again") from None
