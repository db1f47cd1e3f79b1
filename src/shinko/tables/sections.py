"""Songs as the sections that their memory is counted from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice

from shinko.tables.fitting import fit_songs
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.song import Song


def counted_sections(songs: Sequence[Song], vocabulary: Sequence[str]) -> list[CountedSection]:
    """The sections of songs, over a vocabulary of chords.

    A section is cut where a chord doesn't fit (see `fit_songs`); a song that tells no sections is
    one, in the mode of its key.
    """
    parts, told = [], []
    for number, song in enumerate(songs):
        tokens = chain.from_iterable(song.chords)
        for length, is_minor in song.parts or ((len(song), song.key.endswith("minor")),):
            parts.append(Song((tuple(islice(tokens, length)),)))
            told.append((number, int(is_minor)))
    fitted, _ = fit_songs(parts, vocabulary)
    return [
        CountedSection(number, mode, run)
        for (number, mode), runs in zip(told, fitted, strict=True)
        for run in runs
    ]
