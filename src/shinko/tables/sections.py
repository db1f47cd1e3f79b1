"""Songs as the sections that their memory is counted from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from shinko.tables.fitting import fit_songs
from shinko.tables.memory import MODES
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.modes import NEAREST, in_other_mode, mode_of
from shinko.tables.song import Song
from shinko.tables.table import History


def counted_sections(songs: Sequence[Song], vocabulary: tuple[str, ...]) -> list[CountedSection]:
    """The sections of songs, over a vocabulary of chords.

    A section is cut where a chord doesn't fit (see `fit_songs`); a song that tells no sections is
    one, in the mode of its key. One in another mode than major and minor counts as in the nearest
    of these, where the vocabulary has its chords there.
    """
    parts, told = [], []
    for number, song in enumerate(songs):
        tokens = chain.from_iterable(song.chords)
        own = song.parts or ((len(song), song.key.split()[-1] if song.key else "major"),)
        for place, (length, mode) in enumerate(own, 1):
            parts.append(Song((tuple(islice(tokens, length)),)))
            told.append((number, mode, place == len(own)))
    fitted, _ = fit_songs(parts, vocabulary)
    return [
        section
        for (number, mode, last), runs in zip(told, fitted, strict=True)
        for place, run in enumerate(runs, 1)
        for section in _counted(
            number, mode, run, vocabulary, last, begins=place == 1, whole=place == len(runs)
        )
    ]


def _counted(
    song: int,
    mode: str,
    run: History,
    vocabulary: tuple[str, ...],
    last: bool,
    *,
    begins: bool,
    whole: bool,
) -> Iterator[CountedSection]:
    nearest = NEAREST.get(mode, mode)
    if nearest != mode:
        run = tuple(in_other_mode(vocabulary, mode, nearest)[list(run)].tolist())
        if -1 in run:
            return
    closes = ("piece" if last else "section") if whole else ""
    modal = mode_of(run, nearest, vocabulary)
    yield CountedSection(song, MODES.index(nearest), run, modal, closes, begins)
