"""Which notes a chord is played with: voicing styles, and voice leading within each of them."""

from shinko.score.voicing.fretboard import TUNING, Barre, Fingering, fingering
from shinko.score.voicing.styles import VOICINGS, voice
from shinko.score.voicing.tones import ChordTones, Voicing, VoicingError

__all__ = [
    "TUNING",
    "VOICINGS",
    "Barre",
    "ChordTones",
    "Fingering",
    "Voicing",
    "VoicingError",
    "fingering",
    "voice",
]
