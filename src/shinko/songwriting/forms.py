"""Forms that musicians know by name, as the chords that each of their slots allows.

They are facts of harmony, not songs.
"""

from __future__ import annotations

from dataclasses import dataclass

HELD = "%"


@dataclass(frozen=True)
class Template:
    """A form.

    Attributes:
      about: what it is, in a few words.
      slots: a word for each: chords with | between them, any of which may stand there; % where the
        chord before is held, %|V where it may be; =3 for the chord of slot 3 again. Numerals count
        from the tonic.
      per_bar: slots of a bar.
      mode: of its keys, "major" or "minor".
      sections: names of parts as long as each other that it falls into, if it does.
    """

    about: str
    slots: str
    per_bar: int = 1
    mode: str = "major"
    sections: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Slots."""
        return len(self.slots.split())


_I, _IV, _V, _VI = "I|Imaj7", "IV|IVmaj7", "V|V7", "vi|vi7"
# Rhythm changes: eight bars, half a bar a slot; the bridge goes round in dominants.
_RHYTHM_A = (
    "I|Imaj7 vi7|VI7|♯i°7 ii7 V7 iii7|I|Imaj7 VI7|vi7 ii7 V7 "
    "I7 % IV|IVmaj7|IV7 ♯iv°7|iv|iv7 iii7|I|Imaj7 VI7|vi7 ii7 V7"
)
_RHYTHM_BACK = " ".join(f"={slot}" if slot != 10 else HELD for slot in range(1, 13))
_RHYTHM = (
    f"{_RHYTHM_A} {_RHYTHM_BACK} ii7 V7 I|Imaj7 % "
    "III7 % % % VI7 % % % II7 % % % V7 % % % "
    f"{_RHYTHM_BACK} =29 =30 =31 %"
)

# Tests check: each slot can be read in C of its mode, and = leads to an earlier slot.
TEMPLATES = {
    "blues": Template("twelve-bar blues", "I7 % % % IV7 % I7 % V7 %|IV7 I7 %|V7"),
    "blues-quick": Template(
        "the same with IV in the second bar", "I7 IV7 I7 % IV7 % I7 % V7 %|IV7 I7 %|V7"
    ),
    "blues-minor": Template(
        "twelve-bar blues in minor",
        "i7|i % % % iv7|iv % =1 % ♭VI7|♭VImaj7|iiø7 V7 =1 %|V7",
        mode="minor",
    ),
    "blues-jazz": Template(
        "twelve-bar blues as jazz musicians play it, half a bar a slot",
        "I7 % IV7 %|♯iv°7 I7 % %|v7 I7 IV7 % %|♯iv°7 % I7 % %|iii7|iiiø7|♭iii°7 VI7 "
        "ii7 % V7|♭II7 % I7|iii7 VI7|♭III7 ii7|♭VI7 V7|♭II7",
        per_bar=2,
    ),
    "rhythm": Template(
        "rhythm changes, AABA, 32 bars, half a bar a slot",
        _RHYTHM,
        per_bar=2,
        sections=("A", "A'", "B", "A'"),
    ),
    "andalusian": Template("falls from i to V", "i|i7 ♭VII ♭VI|♭VImaj7 V|V7", mode="minor"),
    "axis": Template("I V vi IV", f"{_I} V|V6|V7 {_VI} {_IV}"),
    "axis-minor": Template("vi IV I V", f"{_VI} {_IV} {_I} V|V6|V7"),
    "fifties": Template("I vi IV V", f"{_I} {_VI} IV|IVmaj7|ii V|V7"),
    "turnaround": Template("I vi ii V", f"{_I} vi|vi7|V7/ii ii|ii7 V|V7"),
    "two-five": Template("ii V I vi", f"ii|ii7 V|V7 {_I} vi|vi7|V7/ii"),
    "circle": Template("vi ii V I", f"vi|vi7|V7/ii ii|ii7 V|V7 {_I}"),
    "rock": Template("I ♭VII IV I", "I ♭VII IV %|I"),
    "royal-road": Template("IV V iii vi", f"{_IV} V|V7 iii|iii7 {_VI}"),
    "komuro": Template("vi IV V I", f"{_VI} {_IV} V {_I}"),
    "just-the-two": Template("IVmaj7 III7 vi7 I7", "IVmaj7 III7 vi7 I7|v7"),
    "canon": Template("I V vi iii IV I IV V", "I V|V6 vi iii|I64 IV I|I6 IV|ii6 V"),
}
