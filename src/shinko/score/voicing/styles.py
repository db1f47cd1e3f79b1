"""The voicing styles by name, and the one function that voices a progression in any of them."""

from collections.abc import Sequence
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


def voice(chords: Sequence[RomanChord], key: Key, style: str = "close") -> tuple[Voicing, ...]:
    """Voice a whole progression in a style, at the least total cost.

    Args:
      chords: any number of them.
      key: the key they are played in.
      style: one of `VOICINGS`.

    Returns:
      One voicing for each chord.

    Raises:
      VoicingError: the style is not known, or it can't play one of the chords.
    """
    chosen = STYLES.get(style)
    if chosen is None:
        raise VoicingError(f"voicing {style!r} is not known; choose one of: {', '.join(STYLES)}")
    read = [chosen.read(chord, key) for chord in chords]
    for place, (chord, tones) in enumerate(zip(chords, read, strict=True), start=1):
        if not chosen.candidates(tones):
            raise VoicingError(
                f"chord {place}, {chord.name(key)}: the {style} voicing can't play it; write it "
                "without its bass or with fewer extensions, or choose another voicing"
            )
    return chosen.lead(read)
