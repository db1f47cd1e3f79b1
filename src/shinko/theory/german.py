"""German names of notes: H is B, B is B♭, Fis is F♯, Es is E♭, and a small letter is minor.

They are read where the key is told so, as "fis moll", "H" or "Es-Dur"; else B stays B, and what
only German has is refused with a hint.
"""

import re

from shinko.theory.notes import Note

_SHARPS = {"is": 1, "isis": 2}
# Es and As have a vowel less; Asus4 is an English A.
_NAME = re.compile(r"([A-Ha-h])(isis|is|eses|es|ses(?!us)|s(?!us)|(?=.|$))")
_KEY = re.compile(r"([A-Ha-h])(isis|is|eses|es|ses|s|)[\s_-]*([A-Za-z]*)\.?")
_WORDS = ("dur", "moll")
_BASS = re.compile(r"(.*)/\s*([A-Ha-h](?:isis|is|eses|es|ses|s)?)\s*", re.DOTALL)
# What tells by itself that a chord on a small letter has a minor third, or none.
_OWN_THIRD = re.compile(r"m(?!aj)|-|°|o(?!n)|dim|ø|sus|5")


def german_key(text: str) -> tuple[Note, str] | None:
    """Tonic and mode of a key that only German writes so: "fis moll", "Es", "H-Dur", "B-Dur".

    A small letter alone is minor: fis is F♯ minor. "A dur" is German too; its name is the same.
    """
    match = _KEY.fullmatch(text.strip())
    if match is None:
        return None
    letter, ending, mode = match.groups()
    german = letter in "Hh" or ending or mode.casefold() in _WORDS or mode.endswith("isch")
    tonic = _note(letter, ending) if german else None
    if tonic is None:
        return None
    return tonic, mode or ("moll" if letter.islower() else "")


def english_chord(text: str) -> str:
    """A chord symbol with its German names in English: "H7/Dis" is "B7/D♯", "fis" is "F♯m"."""
    body, over = text.strip(), ""
    if (slashed := _BASS.fullmatch(body)) is not None:
        body, bass = slashed[1], _name(slashed[2])
        over = f"/{bass}"
    match = _NAME.match(body)
    if match is None:
        return text
    rest = body[match.end() :]
    signed = not match[2] and rest[:1] in tuple("#♯b♭")  # F#, and Bb, which is B
    if signed and match[1] in "Bb" and rest[0] in "b♭":
        signed, rest = False, rest[1:]
    root = match[1].upper() if signed else _name(match[0])
    if root is None:
        return text
    if signed:
        root, rest = root + rest[0], rest[1:]
    if match[1].islower() and _OWN_THIRD.match(rest) is None:
        rest = f"m{rest}"
    return f"{root}{rest}{over}"


def _name(text: str) -> str | None:
    match = _NAME.fullmatch(text)
    note = None if match is None else _note(match[1], match[2])
    return None if note is None else str(note)


def _note(letter: str, ending: str) -> Note | None:
    letter = letter.upper()
    if ending in ("s", "ses") and letter not in "AE":
        return None
    accidental = _SHARPS.get(ending, 0) - (1 if ending in ("s", "es") else 0)
    accidental -= 2 if ending in ("ses", "eses") else 0
    if letter == "H":
        return Note("B", accidental)
    if letter == "B":
        return Note("B", -1 if ending in ("", "es") else accidental - 1)  # Bes is Dutch
    return Note(letter, accidental)
