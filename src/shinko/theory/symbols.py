"""What follows the root of a chord symbol, read piece by piece: "m7(b9,13)" has 1 ♭3 5 ♭7 ♭9 13.

Conventions:
  - 9, 11 and 13 right after the triad's sign bring the seventh, and 11 and 13 the ninth: C9, Cm11.
    A thirteenth has an eleventh only above a minor third.
  - After "add", in brackets, or after another number they are added and bring nothing:
    C(9) is Cadd9, C7(13) is C7add13. So are altered ones: C7♯11 has no ninth.
  - An altered tension takes the place of the natural one that an extension brought: C13♭9.
  - "sus" takes the place of the third, whatever the third was: Cm7sus4 is C7sus4.
  - A minus sign is ♭ and a plus ♯ between a number and a number: C7-9, C7+5. So is the minus of
    C-5 and Cm-5; else a minus is minor.
"""

import re
from functools import lru_cache

from shinko.theory.notes import interval_semitones

# One spelling for each sign or word; the first alternative that fits wins.
_WORDS = (
    (r"△(?!\d)", "maj7"),
    (r"(?i:major|maj)|M[Aa](?=\d|$)|ma(?=\d|$)|M(?![Ii]n|IN|[Ii]\d|[Ii]$)|j(?=\d|$)|△", "maj"),
    (r"(?i:half-?dim(?:inished)?|hdim)|h(?=[\d♭]|$)|ø", "ø"),
    (r"(?i:dim(?:inished)?)|°|o(?=[\d♭]|$|maj|[M△])", "°"),
    (r"(?i:minor|min)|M[Ii](?=\d|$)|mi|m|-(?!5)", "m"),
    (r"-(?=5)", "♭"),
    (r"(?i:aug(?:mented)?)|\+", "+"),
    (r"dom(?:inant)?(?=\d)", ""),
    (r"dom(?:inant)?", "7"),
    (r"(?i:omit|no)\.?(?=[35])", "no"),
    (r"(?i:sus)", "sus"),
    (r"(?i:add)", "add"),
    (r"(?i:altered|alt)\.?", "alt"),
)
_WORD = re.compile("|".join(f"({pattern})" for pattern, _ in _WORDS))
_SAME_SIGN = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "º": "°",
        "˚": "°",
        "Δ": "△",
        "∆": "△",
        "^": "△",
        "Ø": "ø",
        "%": "ø",
        "#": "♯",
        "♮": "",
    }
)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)(?:[)\]]|$)")
_BETWEEN = re.compile(r"[\s,/]+")
_SEVERAL = re.compile(r"(?<=\()\s*[♭♯b#+-]?\d+(?:[ ,]+[♭♯b#+-]?\d+)+\s*(?=\))")
# What brackets around tensions hold; a natural one is added.
_TENSION_TEXT = re.compile(r"[♭♯b+-](?:2|4|5|6|9|11|13)|2|4|6|9|11|13")
_ALTERED = re.compile(r"[♭♯](?:1[13]|[2-9])(?!\d)")
_PIECE = re.compile(
    r"maj|sus(?:24|42|[24]/[24]|[24])?|add|no[35](?:rd|th)?|[m°ø+]"
    r"|[♭♯](?:1[13]|[24569])(?!\d)|1[13]|[245679]|[/,]"
)
# A degree that is altered or added -> what it is called in a chord.
_TENSION = {"2": "9", "4": "11", "6": "13"}
_BROUGHT = {"9": ("9",), "11": ("9", "11"), "13": ("9", "11", "13")}


def plain(text: str) -> str:
    """One spelling for signs and words, in the order in which they stand: "Min7(b5)" is "m7♭5"."""
    text = _BRACKETS.sub(_unbracketed, text.translate(_SAME_SIGN))
    text = re.sub(r"[()\[\]\s,]", "", text).removesuffix(".")
    text = re.sub(r"(?<=\d)-(?=\d)|b(?=\d)|(?<=[a-zA-Z♭♯])-(?=[59])", "♭", text)
    text = re.sub(r"(?<=\d)\+(?=\d)|(?<=m)\+(?=5)", "♯", text)
    return _WORD.sub(lambda match: _WORDS[(match.lastindex or 1) - 1][1], text)


def in_one_word(line: str, *, mark: str = ",") -> str:
    """A line of chords with a mark for each blank and comma between tensions: "C7(b9,13) F"."""
    return _SEVERAL.sub(lambda match: re.sub("[ ,]", mark, match[0]), line)


def chord_words(text: str) -> list[str]:
    """Words with blanks or commas between them; brackets with tensions stay whole."""
    return in_one_word(text, mark="/").replace(",", " ").split()


def _unbracketed(match: re.Match[str]) -> str:
    parts = _BETWEEN.split(match[1].strip())
    if not all(map(_TENSION_TEXT.fullmatch, parts)):
        return match[1]
    signed = (part.replace("-", "♭").replace("+", "♯").replace("b", "♭") for part in parts)
    return "".join(part if part[0] in "♭♯" else f"add{part}" for part in signed)


def unified(text: str) -> str:
    """One spelling for what follows a root or a numeral; alterations come last but for "sus"."""
    text = plain(text)
    altered = sorted(_ALTERED.findall(text), key=lambda a: (int(a[1:]), a))
    head, sus, tail = _ALTERED.sub("", text).partition("sus")
    return head + "".join(altered) + sus + tail


@lru_cache(maxsize=4096)
def intervals_of(text: str) -> frozenset[str] | None:
    """The intervals of a chord symbol's ending; None if a piece of it has no meaning here."""
    text = plain(text)
    pieces = _PIECE.findall(text)
    if "".join(pieces) != text:
        return None
    chord = _Chord()
    for piece in pieces:
        if not chord.take(piece):
            return None
    if chord.adding:
        return None
    intervals = chord.intervals()
    sounds = {interval_semitones(interval) % 12 for interval in intervals}
    return frozenset(intervals) if len(sounds) == len(intervals) else None


class _Chord:
    """A chord in the making: each piece says more of it, or contradicts what stands there."""

    def __init__(self) -> None:
        self.third = ""
        self.fifth = ""
        self.sus = ""
        self.sixth = False
        self.sign = ""  # before the first number
        self.major = False  # its seventh
        self.late_major = False  # and told so after the number: the 7 of Cm9(maj7) may follow
        self.seventh = False
        self.number = ""  # the first one: 9 of C9
        self.adding = False  # the number that follows is added
        self.parted = False  # a slash or comma stands before the number that follows
        self.brought: set[str] = set()
        self.added: set[str] = set()
        self.left_out: set[str] = set()

    def take(self, piece: str) -> bool:
        """Whether the next piece makes sense."""
        adding, self.adding = self.adding, piece == "add"
        parted, self.parted = self.parted, piece in ("/", ",")
        match piece:
            case "add":
                return not adding
            case "/" | ",":
                return bool(self.number or self.sign)
            case "maj":
                return self._major()
            case "m" | "°" | "ø" | "+":
                return self._sign(piece)
        if piece.startswith("sus"):
            return self._suspended(piece[3:].replace("/", ""))
        if piece.startswith("no"):
            self.left_out.add(piece[2])
            return piece[2] != "5" or not self.fifth
        if piece[0] in "♭♯":
            return self._altered(piece[0], piece[1:], adding=adding)
        # C76 is no chord: it may be the id of one.
        if self.number and piece in _TENSION and not (adding or parted or self.number == "add"):
            return False
        return self._number(piece, adding=adding)

    def _major(self) -> bool:
        if self.major or (self.sign == "°" and self.seventh):
            return False
        self.major = True
        self.late_major = bool(self.number)
        self.seventh = self.seventh or self.late_major  # Cm9(maj7), C7M
        return True

    def _sign(self, sign: str) -> bool:
        if sign == "+":
            if self.fifth or self.sign in ("°", "ø"):
                return False
            self.fifth = "♯5"
            self.sign = self.sign or sign
            return True
        if self.sign or self.number or self.sus or self.major:
            return False
        self.sign, self.third = sign, "♭3"
        if sign in ("°", "ø"):
            self.fifth = "♭5"
        self.seventh = sign == "ø"
        return True

    def _suspended(self, what: str) -> bool:
        if self.sus:
            return False
        self.sus = "".join(sorted(what)) or "4"
        return self.sus in ("2", "4", "24")

    def _altered(self, sign: str, number: str, *, adding: bool) -> bool:
        if number == "5":
            free, self.fifth = not self.fifth, f"{sign}5"
            return free and "5" not in self.left_out
        tension = sign + _TENSION.get(number, number)
        if tension not in ("♭9", "♯9", "♯11", "♭13") or tension in self.added:
            return False
        if self.major and not self.number and not adding and tension != "♭13":  # Cmaj♯11
            self.seventh = True
        self.brought.discard(tension[1:])
        self.added.add(tension)
        return True

    def _number(self, number: str, *, adding: bool) -> bool:
        if not adding and not self.number:
            return self._first_number(number)
        if number == "7":
            late, self.late_major = self.late_major, False
            return late
        self.number = self.number or "add"  # what follows is added too: Cadd6add9, Cadd69
        tension = _TENSION.get(number, number)
        there = self.added | self.brought | ({"13"} if self.sixth else set())
        if tension not in _BROUGHT or tension in there:
            return False
        self.added.add(tension)
        return True

    def _first_number(self, number: str) -> bool:
        self.number = number
        match number:
            case "6":
                self.sixth = True
            case "7" | "9" | "11" | "13":
                self.seventh = True
                self.brought |= set(_BROUGHT.get(number, ()))
                self.brought -= {tension[1:] for tension in self.added}
            case _:
                return False
        return True

    def intervals(self) -> set[str]:
        """What all pieces make together."""
        third, fifth = self.third or "3", self.fifth or "5"
        found = {"1", fifth, *(self.sus or (third,))}
        found -= {"3", "♭3"} if "3" in self.left_out else set()
        found -= {"5"} if "5" in self.left_out else set()
        brought = self.brought - ({"11"} if self.number == "13" and third == "3" else set())
        tensions = brought - {_TENSION[second] for second in self.sus} | self.added
        if self.seventh:
            return found | tensions | {"7" if self.major else "𝄫7" if self.sign == "°" else "♭7"}
        sixths = {"♭13": "♭6", "13": "6"}
        found |= {sixths.get(tension, tension) for tension in tensions}
        return found | ({"6"} if self.sixth else set())
