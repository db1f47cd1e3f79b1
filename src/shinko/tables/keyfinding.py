"""The key of a chord chart that doesn't tell it."""

from collections.abc import Sequence

from shinko.theory import QUALITIES, ChordName, Key
from shinko.theory.notes import Note

# Pitch classes of the major scale above its tonic, and of natural minor.
_SCALES = {"major": frozenset({0, 2, 4, 5, 7, 9, 11}), "minor": frozenset({0, 2, 3, 5, 7, 8, 10})}
_THIRDS = {"major": "3", "minor": "♭3"}


def find_key(chords: Sequence[ChordName]) -> Key:
    """The key in which most chords are diatonic; a tonic that begins or ends them counts twice.

    Triads are what counts, so that a blues of seventh chords is in the key of its I. Among equals
    it is the key with more diatonic sevenths, then with more tonic chords, then the one whose
    tonic comes first, then major.

    Args:
      chords: at least one, in order.

    Returns:
      A key whose tonic is spelled as the chords spell it, C major of no sharps or flats otherwise.
    """

    def rank(key: Key) -> tuple[int, ...]:
        scale = {(key.tonic_pitch_class + step) % 12 for step in _SCALES[key.mode]}
        tonics = [_is_tonic(chord, key) for chord in chords]
        return (
            sum(scale.issuperset(chord.pitch_classes[:3]) for chord in chords)
            + tonics[0]
            + tonics[-1],
            sum(scale.issuperset(chord.pitch_classes[:4]) for chord in chords),
            sum(tonics),
            tonics[0],
            key.mode == "major",
        )

    return max(_spelled_keys(chords), key=rank)


def _spelled_keys(chords: Sequence[ChordName]) -> list[Key]:
    """All 24 keys, a tonic that is a root of the chords spelled as it first is there."""
    notes = {place * 7 % 12: Note.from_fifths(place) for place in range(-5, 7)}
    notes.update({chord.root.pitch_class: chord.root for chord in reversed(chords)})
    return [Key(note, mode).usual for note in notes.values() for mode in ("major", "minor")]


def _is_tonic(chord: ChordName, key: Key) -> bool:
    """Whether a chord is I or i; one without a third may be either."""
    if chord.root.pitch_class != key.tonic_pitch_class:
        return False
    thirds = {"3", "♭3"} & set(QUALITIES[chord.quality])
    return not thirds or _THIRDS[key.mode] in thirds
