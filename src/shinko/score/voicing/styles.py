"""The voicing styles by name, and the one function that voices a progression in any of them."""

from collections.abc import Sequence
from itertools import count, groupby
from typing import Any

from shinko.score.voicing.close import CLOSE
from shinko.score.voicing.guitar import GUITAR
from shinko.score.voicing.lead import VoicingStyle
from shinko.score.voicing.part_motion import FOUR_PART
from shinko.score.voicing.rootless import ROOTLESS
from shinko.score.voicing.spread import OPEN
from shinko.score.voicing.tones import Voicing, VoicingError
from shinko.theory import Key, RomanChord

STYLES: dict[str, VoicingStyle[Any]] = {
    "close": CLOSE,
    "open": OPEN,
    "four-part": FOUR_PART,
    "guitar": GUITAR,
    "rootless": ROOTLESS,
}

VOICINGS: dict[str, str] = {name: style.description for name, style in STYLES.items()}
"""The name of each style and one sentence on it."""


def voice(
    chords: Sequence[RomanChord], key: Key | Sequence[Key], style: str | Sequence[str] = "close"
) -> tuple[Voicing, ...]:
    """Voice a whole progression, at the least total cost of each stretch in one style.

    Args:
      chords: any number of them.
      key: the key they are played in, or that of each chord.
      style: one of `VOICINGS`, or that of each chord.

    Returns:
      One voicing for each chord.

    Raises:
      VoicingError: a style is not known, or it can't play one of the chords.
    """
    keys = [key] * len(chords) if isinstance(key, Key) else key
    styles = [style] * len(chords) if isinstance(style, str) else style
    rows = zip(count(1), chords, keys, styles, strict=False)
    voiced: list[Voicing] = []
    for name, stretch in groupby(rows, key=lambda row: row[-1]):
        voiced += _voiced([row[:-1] for row in stretch], name)
    return tuple(voiced)


def _voiced(rows: Sequence[tuple[int, RomanChord, Key]], style: str) -> tuple[Voicing, ...]:
    """The voicings of chords, each with its place in the progression and its key."""
    chosen = STYLES.get(style)
    if chosen is None:
        raise VoicingError(f"voicing {style!r} is not known; choose one of: {', '.join(STYLES)}")
    read = [chosen.read(chord, key) for _, chord, key in rows]
    for (place, chord, key), tones in zip(rows, read, strict=True):
        if not chosen.candidates(tones):
            raise VoicingError(
                f"chord {place}, {chord.name(key)}: the {style} voicing can't play it; write it "
                "without its bass or with fewer extensions, or choose another voicing"
            )
    return chosen.lead(read)
