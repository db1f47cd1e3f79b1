"""Songs as functions and colours, for counting how functions sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from shinko.tables.colour_fitting import SoundingSong
from shinko.tables.tokens import TokenVocabulary, simpler_chords
from shinko.theory import Key, RomanChord, parse_token
from shinko.theory.colour import Colour, colour_of, third_of, triad_of

_C_MAJOR = Key.parse("C")


class HeardChord(NamedTuple):
    """A chord of a song as it sounds.

    Attributes:
      quality: None where the song leaves it open, as a bass note alone does.
      bass: semitones above the root.
      exact: whether it sounds just so; else its quality is the nearest one.
    """

    quality: str | None
    bass: int = 0
    exact: bool = True


@dataclass(frozen=True)
class HeardSong:
    """A song, chord by chord.

    Attributes:
      id: what its collection calls it.
      tokens: of the chords.
      heard: how they sound.
      beats: how long they last.
      parts: chords of each section.
    """

    id: str
    tokens: tuple[str, ...]
    heard: tuple[HeardChord, ...]
    beats: tuple[float, ...]
    parts: tuple[int, ...]


class Functions:
    """The functions of a vocabulary, found for any chord."""

    def __init__(self, vocabulary: tuple[str, ...]) -> None:
        self.vocabulary = vocabulary
        self.chords = [parse_token(token) for token in vocabulary]
        self.own = [colour_of(chord) for chord in self.chords]
        self._tokens = TokenVocabulary(vocabulary, simpler_chords)
        self._found: dict[str, int | None] = {}

    def find(self, token: str) -> int | None:
        """The function of a chord: as tables simplify it; else the commonest with its root and
        third, as long as it is and in root position where there is one, but none that is no
        diminished one for one that is. None for none.
        """
        if token not in self._found:
            near = self._tokens.nearest(token)
            self._found[token] = self._alike(parse_token(token)) if near is None else near
        return self._found[token]

    def root_of(self, token: str) -> int | None:
        """The commonest function with the root of a chord, whatever else; None for none."""
        root = parse_token(token).root(_C_MAJOR).pitch_class
        roots = (chord.root(_C_MAJOR).pitch_class for chord in self.chords)
        return next((place for place, other in enumerate(roots) if other == root), None)

    def _alike(self, chord: RomanChord) -> int | None:
        root, third = chord.root(_C_MAJOR).pitch_class, third_of(chord.quality)
        size, diminished = min(4, len(chord.intervals)), triad_of(chord.quality) == "°"
        ranked = sorted(
            (len(other.intervals) != size, own.bass != 0, place)
            for place, (other, own) in enumerate(zip(self.chords, self.own, strict=True))
            if other.root(_C_MAJOR).pitch_class == root
            and third_of(own.quality) == third
            and (triad_of(own.quality) == "°") == diminished
        )
        return ranked[0][-1] if ranked else None

    def colour(self, function: int, heard: HeardChord) -> Colour:
        """How a function sounds; what is open as the function is."""
        if heard.quality is None:
            own = self.own[function]
            return Colour(own.quality, heard.bass or own.bass).whole
        return Colour(heard.quality, heard.bass).whole


def sounding(song: HeardSong, functions: Functions, colours: dict[Colour, int]) -> SoundingSong:
    """A song as functions and colours.

    A function that comes again at once in its section is held, as in tables; of the ways that it
    sounds until it changes the one counts that lasts longest, of several the last, which others
    resolve to.

    Args:
      song: chord by chord.
      functions: that they are found among.
      colours: by number; what is new is added.
    """
    found = list[tuple[int, int]]()
    for function, spans in _held(song, functions):
        if function is None:
            found.append((-1, -1))
            continue
        lasts = dict[Colour, float]()
        for place in spans:
            colour = functions.colour(function, song.heard[place])
            lasts[colour] = lasts.pop(colour, 0.0) + song.beats[place]
        longest = max(lasts.values())
        colour = [each for each, beats in lasts.items() if beats == longest][-1]
        found.append((function, colours.setdefault(colour, len(colours))))
    return SoundingSong(
        tuple(function for function, _ in found), tuple(colour for _, colour in found)
    )


def _held(song: HeardSong, functions: Functions) -> Iterator[tuple[int | None, Sequence[int]]]:
    """Functions with the places that each is held at; None for chords of none."""
    ends = [0]
    for length in song.parts:
        ends.append(ends[-1] + length)
    for begin, end in pairwise(ends):
        held = list[int]()
        for place in range(begin, end):
            function = functions.find(song.tokens[place])
            if held and function != functions.find(song.tokens[held[-1]]):
                yield functions.find(song.tokens[held[-1]]), held
                held = []
            held.append(place)
        if held:
            yield functions.find(song.tokens[held[-1]]), held
