"""Songs as the sections that their memory is counted from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain, islice, pairwise

from shinko.tables.fitting import fit_places
from shinko.tables.memory import MODES
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.modes import NEAREST, in_other_mode, mode_of
from shinko.tables.song import Song

# Songs whose beats are quarters of a bar.
_METER = "4/4"


def counted_sections(songs: Sequence[Song], vocabulary: tuple[str, ...]) -> list[CountedSection]:
    """The sections of songs, over a vocabulary of chords.

    A section is cut where a chord doesn't fit (see `fit_places`); a song that tells no sections is
    one, in the mode of its key. One in another mode than major and minor counts as in the nearest
    of these, where the vocabulary has its chords there.
    """
    parts, told = [], []
    for number, song in enumerate(songs):
        tokens, first = chain.from_iterable(song.chords), 0
        own = song.parts or ((len(song), song.key.split()[-1] if song.key else "major"),)
        for place, (length, mode) in enumerate(own, 1):
            beats = song.beats[first : first + length] if song.meter == _METER else ()
            parts.append(Song((tuple(islice(tokens, length)),), beats=beats))
            told.append((number, mode, place == len(own)))
            first += length
    fitted, _ = fit_places(parts, vocabulary)
    return [
        section
        for (number, mode, last), part, runs in zip(told, parts, fitted, strict=True)
        for place, run in enumerate(runs, 1)
        for section in _counted(
            CountedSection(
                number,
                0,
                run.tokens,
                closes=("piece" if last else "section") if place == len(runs) else "",
                begins=place == 1,
                places=_quarters(part.beats, run.places),
            ),
            mode,
            vocabulary,
        )
    ]


def _counted(
    section: CountedSection, mode: str, vocabulary: tuple[str, ...]
) -> Iterator[CountedSection]:
    """The section in its mode, if its chords can be told there."""
    nearest, run = NEAREST.get(mode, mode), section.chords
    if nearest != mode:
        run = tuple(in_other_mode(vocabulary, mode, nearest)[list(run)].tolist())
        if -1 in run:
            return
    modal = mode_of(run, nearest, vocabulary)
    yield replace(section, mode=MODES.index(nearest), chords=run, modal=modal)


def _quarters(beats: Sequence[float], places: Sequence[int]) -> tuple[int, ...]:
    """Where chords begin, in quarters of a bar, if the beats tell it and they begin their section.

    Args:
      beats: of all chords of the section; a beat is a quarter of a bar.
      places: which of them begin a chord of a run, and which one follows it.
    """
    if not beats or places[0]:
        return ()
    begun = [0.0, *accumulate(beats)]
    found = tuple(round(begun[place]) for place in places)
    return found if all(one < other for one, other in pairwise(found)) else ()
