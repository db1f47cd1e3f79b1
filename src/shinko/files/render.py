"""From progressions to files that musicians use: MIDI, notation, pages, sound, text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, repeat
from pathlib import Path
from time import monotonic

from shinko.disk import TakenError, write_together
from shinko.errors import ShinkoError
from shinko.files.formats import FORMATS, Job, RenderError, Rendering
from shinko.files.keeping import check_holds
from shinko.files.sheet import SongSheet
from shinko.printable import in_one_line
from shinko.score.arrange import Performance
from shinko.score.progression import Progression
from shinko.score.text import ascii_key

# What is ready is written when it is so many files, or so many seconds old: to write many through
# to the disk at once takes a tenth of the time.
_AT_ONCE = 64
_SECONDS = 0.5
# How often files get other names because somebody else was quicker.
_TRIES = 100

_Ready = tuple[str, Mapping[str, bytes]]  # name, contents by ending


def render(
    progression: Progression, rendering: Rendering, sheet: SongSheet | None = None
) -> dict[str, bytes]:
    """The contents of all files, by what their names end in; a second page ends in "-2.svg".

    Args:
      progression: what to write.
      rendering: the formats, and how it is played.
      sheet: the song that ChordPro is, where it is written as it is.

    Raises:
      ShinkoError: it can't be played, drawn or written so.
    """
    check_holds(progression, rendering.formats)
    job = Job(progression, rendering, sheet)
    contents = {}
    for name in rendering.formats:
        kind = FORMATS[name]
        for place, content in enumerate(kind.make(job), start=1):
            contents[(f"-{place}" if place > 1 else "") + kind.suffix] = content
    return contents


def render_text(progression: Progression, name: str) -> str:
    """A progression in one of the formats that are text.

    Raises:
      RenderError: the format is none of them.
    """
    return render_texts((progression,), name)


def render_texts(
    progressions: Iterable[Progression], name: str, performance: Performance | None = None
) -> str:
    """Progressions in one of the formats that are text, as one text that programs read.

    Args:
      progressions: what to write, in this order.
      name: of the format.
      performance: how they are played, for what a text tells of that.

    Raises:
      RenderError: the format is none of them.
    """
    return "".join(render_pieces(progressions, name, performance))


def render_pieces(
    progressions: Iterable[Progression],
    name: str,
    performance: Performance | None = None,
    sheets: Iterable[SongSheet | None] = (),
    *,
    headed: bool = False,
) -> Iterator[str]:
    """The same piece by piece, as the progressions come.

    Args:
      headed: whether the title stands above each line of several.
      sheets: of each progression the song that ChordPro is, where it is written as it is.

    Raises:
      RenderError: the format is none of them.
    """
    known = [name for name, kind in FORMATS.items() if kind.is_text]
    if name not in known:
        raise RenderError(f"format {name!r} can't be shown as text; known: {', '.join(known)}")
    rendering = Rendering((name,), performance or Performance())
    each = zip(progressions, chain(sheets, repeat(None)))  # noqa: B905 — as many as there are
    texts = ((p.title, _text_of(Job(p, rendering, sheet), name)) for p, sheet in each)
    first, second = next(texts, None), next(texts, None)
    if first is None or second is None:
        yield first[1] if first else ""
        return
    apart = {"json": ",\n ", "chordpro": "\n{new_song}\n", "line": "", "ireal": ""}
    between = apart.get(name, "\n")
    for number, (title, text) in enumerate(chain((first, second), texts), 1):
        match name:
            case "json":
                piece = text.rstrip().replace("\n", "\n ")
            case "abc":
                piece = text.replace("X:1\n", f"X:{number}\n", 1)
            case "line" if title and headed:
                piece = f"title: {in_one_line(title)}\n{text}"
            case _:
                piece = text
        yield (between if number > 1 else "[\n " if name == "json" else "") + piece
    if name == "json":
        yield "\n]\n"


def _text_of(job: Job, name: str) -> str:
    check_holds(job.progression, (name,))
    return next(FORMATS[name].make(job)).decode()


def write_progressions(
    progressions: Sequence[Progression],
    folder: Path,
    rendering: Rendering | None = None,
    *,
    names: Sequence[str] | None = None,
    replacing: bool = False,
) -> list[tuple[Path, ...]]:
    """Write the files of each progression into a folder; return their paths.

    A file that is there with other content stays, and the new ones get a name of their own,
    unless they are to replace it.
    Nothing is written of a progression until all of its files are ready.

    Args:
      names: of the files without their endings; key, seed and number if not given.
      replacing: whether a file of exactly this name is replaced; a second page is another file.

    Raises:
      ShinkoError: a file can't be made or written.
    """
    return list(write_each(progressions, folder, rendering, names=names, replacing=replacing))


def write_each(
    progressions: Iterable[Progression],
    folder: Path,
    rendering: Rendering | None = None,
    *,
    names: Iterable[str] | None = None,
    replacing: bool = False,
    sheets: Iterable[SongSheet | None] = (),
    ending: str = "",
) -> Iterator[tuple[Path, ...]]:
    """The same as the progressions come, a few written at a time; paths of what is written.

    Args:
      sheets: as in `render_pieces`.
      ending: of the one file, where it is another than the format's: ".chordpro".

    Raises:
      ShinkoError: a file can't be made or written.
    """
    rendering = rendering or Rendering()
    named = count(1) if names is None else names
    ready: list[_Ready] = []
    written_at = monotonic()

    def write() -> Iterator[tuple[Path, ...]]:
        nonlocal ready, written_at
        pieces, ready = ready, []
        paths = _write(folder, pieces, replacing) if pieces else []
        written_at = monotonic()
        return iter(paths)

    try:
        named_each = zip(progressions, named, strict=names is not None)
        own = chain(sheets, repeat(None))
        for number, ((progression, given), sheet) in enumerate(zip(named_each, own), 1):  # noqa: B905
            name = given
            if not isinstance(name, str):
                name = f"{ascii_key(progression.key)}-seed{progression.seed}-{number}"
            contents = render(progression, rendering, sheet)
            if ending and len(contents) == 1:
                contents = {ending: next(iter(contents.values()))}
            if replacing:
                _check_pages(folder, name, contents)
            ready.append((name, contents))
            files = len(ready) * len(contents)
            if files >= _AT_ONCE or monotonic() - written_at > _SECONDS:
                yield from write()
    finally:  # at Ctrl-C, or where one can't be made, the others stay
        last = write()
    yield from last


def _write(folder: Path, pieces: Sequence[_Ready], replacing: bool) -> list[tuple[Path, ...]]:
    """Write files under their names, or those next to them that are free; return their paths."""
    _make(folder)
    for left in reversed(range(_TRIES)):
        files: dict[Path, bytes] = {}
        paths = []
        for name, contents in pieces:
            stem = name if replacing else _free_stem(folder, name, contents, files)
            own = {folder / (stem + suffix): data for suffix, data in contents.items()}
            files |= own
            paths.append(tuple(own))
        try:
            write_together(files, new=not replacing)
            break
        except TakenError:  # by another, since it was found free
            if not left:
                raise
    return paths


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ShinkoError(
            f"{folder}: can't be made ({error.strerror}); choose another with `out`"
        ) from error


def _free_stem(
    folder: Path, name: str, contents: Mapping[str, bytes], ready: Mapping[Path, bytes]
) -> str:
    """A name under which all files can be written with nothing else lost."""
    stem, copy = name, 1
    while any(
        _is_other(path := folder / (stem + suffix), data) or ready.get(path, data) != data
        for suffix, data in contents.items()
    ):
        copy += 1
        stem = f"{name}-{copy}"
    return stem


def _check_pages(folder: Path, stem: str, contents: Mapping[str, bytes]) -> None:
    """Nothing but the first file is what somebody named, so nothing else is replaced."""
    for suffix, data in list(contents.items())[1:]:
        if _is_other(path := folder / (stem + suffix), data):
            raise RenderError(
                f"{str(path)!r} is there, and another page would take its place; delete it, or "
                "choose another name"
            )


def _is_other(path: Path, content: bytes) -> bool:
    return path.exists() and not (path.is_file() and path.read_bytes() == content)
