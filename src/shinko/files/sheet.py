"""A ChordPro song as it is written: what a progression can't hold of it, and its chords moved.

In place only chords, keys and what is asked for change: words, comments, tabs, fingerings and
directives stay as they are, letter by letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shinko.intake.chart_head import key_in
from shinko.intake.chordpro_text import (
    COMMENTS,
    FOREIGN,
    Directive,
    directive,
    directives,
    ended_by,
    narrow,
    plain,
)
from shinko.intake.hints import chord_in
from shinko.intake.lyrics import is_chord_line
from shinko.theory import Note
from shinko.theory.notes import accidental_text

_BRACKETS = re.compile(
    r"(\[ch\])(.*?)(\[/ch\])|([\[［【〔])([^\[\]［］【】〔〕]*)([\]］】〕])", re.IGNORECASE
)
_NOTE = r"([A-G])([#b♯♭x𝄪𝄫]{0,2})"
_CHORD = re.compile(rf"(\(?){_NOTE}(.*)", re.DOTALL)
_BASS = re.compile(rf"(.*/){_NOTE}(\)?\*?)", re.DOTALL)
_IN_KEY = re.compile(r"(?<![A-Za-z])([A-G])([#b♯♭]{0,2})(?![a-ln-z])")
_OTHERWISE = {"C♭": "B", "F♭": "E", "E♯": "F", "B♯": "C"}


@dataclass(frozen=True)
class SongSheet:
    """A song as it is written.

    Attributes:
      text: in ChordPro.
      beside: how much of each kind it has beside chords and words: comments, tabs.
      over_words: whether chords stand over words, and not in brackets.
      is_german: whether its chords are German: moved, it is written anew.
    """

    text: str
    beside: Mapping[str, int] = field(default_factory=dict, hash=False)
    over_words: bool = False
    is_german: bool = False

    def moved(self, fifths: int) -> "SongSheet":
        """The song with all chords and keys so many fifths higher."""
        if not fifths:
            return self
        lines = self.text.splitlines(keepends=True)
        ends = {ended_by(plain(line)): number for number, line in enumerate(lines)}
        environment = ""
        for number, line in enumerate(lines):
            if not line.startswith("#"):
                closes = ends.get(environment, -1) >= number
                lines[number], environment = self._line(line, environment, fifths, closes=closes)
        return replace(self, text="".join(lines))

    def _line(self, line: str, environment: str, fifths: int, *, closes: bool) -> tuple[str, str]:
        """A line that is moved, and the environment after it.

        Args:
          closes: whether the environment before it is ended somewhere.
        """
        wide = line.translate({ord("｛"): "{", ord("｝"): "}", ord("［"): "[", ord("］"): "]"})
        moved, place = "", 0
        for begin, end in directives(wide):
            moved += self._text(line[place:begin], environment, fifths)
            one = directive(wide[begin + 1 : end - 1])
            inside = line[begin:end]
            if not closes and environment in FOREIGN and one.name.startswith(("start_", "end_")):
                environment = ""
            if environment not in FOREIGN:
                inside = _directive(inside, one, fifths)
                if one.name.startswith("start_of_"):
                    environment = one.name.removeprefix("start_of_")
            ends = environment not in FOREIGN or one.name == f"end_of_{environment}"
            if ends and (one.name == "chorus" or one.name.startswith("end_of_")):
                environment = ""
            moved += inside
            place = end
        return moved + self._text(line[place:], environment, fifths), environment

    def _text(self, text: str, environment: str, fifths: int) -> str:
        if environment in FOREIGN:
            return text
        if environment == "grid":
            begin, end = text.find("|"), text.rfind("|")  # beyond them are margin notes
            return (
                text[:begin] + _words(text[begin:end], fifths) + text[end:] if begin >= 0 else text
            )
        if self.over_words and is_chord_line(plain(text)):
            return _in_columns(text, fifths)
        return _brackets(text, fifths)

    def told(self, **values: str | None) -> "SongSheet":
        """The song with other values of directives, by name; none leaves one as it is."""
        text = self.text
        for name, value in values.items():
            if value is not None:
                text = _with(text, name, value)
        return replace(self, text=text)

    def closing(self, line: str) -> "SongSheet":
        """The song with one more line at its end, if it isn't there."""
        text = self.text if self.text.endswith("\n") else self.text + "\n"
        return self if line in text else replace(self, text=text + line + "\n")


def _directive(inside: str, one: Directive, fifths: int) -> str:
    """A directive, braces and all, that is moved."""
    value = one.value
    if one.name == "key" and value:
        moved = _IN_KEY.sub(lambda note: _moved(note[1], note[2], fifths), narrow(value))
        if moved == value and (key := key_in(value)) is not None:
            third = "m" if key.has_minor_third else ""
            moved = _moved(key.tonic.letter, accidental_text(key.tonic.accidental), fifths) + third
        return moved.join(inside.rsplit(value, 1))
    if one.name in (*COMMENTS, "chord"):
        return _brackets(inside, fifths)
    return inside


def _brackets(text: str, fifths: int) -> str:
    def moved(found: re.Match[str]) -> str:
        before, inside, after = found.groups()[:3] if found[1] else found.groups()[3:]
        # In [Verse A] the letter is a name.
        chords = all(chord_in(text_of_chord(word)) is not None for word in inside.split())
        return before + (_words(inside, fifths) if chords else inside) + after

    return _BRACKETS.sub(moved, text)


def _words(text: str, fifths: int) -> str:
    return re.sub(r"[^\s|~]+", lambda word: moved_chord(word[0], fifths), text)


def _in_columns(line: str, fifths: int) -> str:
    """A line of chords over words: what gets longer takes the space behind it."""
    moved, late = "", 0
    for part in re.findall(r"\s+|\S+", line):
        if part.isspace() and "\n" not in part:
            kept = max(1, len(part) - late)
            late -= len(part) - kept
            moved += " " * kept
        else:
            new = moved_chord(part, fifths)
            late += len(new) - len(part)
            moved += new
    return moved


def moved_chord(text: str, fifths: int) -> str:
    """A chord as somebody wrote it, moved; what is none stays as it is."""
    match = _CHORD.fullmatch(narrow(text))
    if match is None or chord_in(text_of_chord(text)) is None:
        return text
    opened, letter, accidentals, rest = match.groups()
    signs = "♯" in text or "♭" in text
    if (bass := _BASS.fullmatch(rest)) is not None:
        rest = bass[1] + _moved(bass[2], bass[3], fifths, plain=signs) + bass[4]
    return opened + _moved(letter, accidentals, fifths, plain=signs) + rest


def text_of_chord(text: str) -> str:
    """What of a word in brackets or in a grid is the chord."""
    text = narrow(text).rstrip("*")
    whole = text.startswith("(") and text.endswith(")")
    return (text[1:-1] if whole else text).replace(":", "")


def _moved(letter: str, accidentals: str, fifths: int, *, plain: bool = False) -> str:
    """A note some fifths higher; with at most one accidental, in ASCII unless it was not."""
    semitones = sum({"#": 1, "♯": 1, "x": 2, "𝄪": 2, "𝄫": -2}.get(s, -1) for s in accidentals)
    note = Note.from_fifths(Note(letter, semitones).fifths + fifths)
    if abs(note.accidental) > 1:
        note = Note.from_fifths((note.fifths + 6) % 12 - 6)
    name = _OTHERWISE.get(str(note), str(note))
    return name if plain else name.replace("♯", "#").replace("♭", "b")


def _with(text: str, name: str, value: str) -> str:
    """A text in which a directive says something; the first of its name, or one more."""
    lines = text.splitlines(keepends=True)
    for place, line in enumerate(lines):
        for begin, end in directives(line) if not line.startswith("#") else ():
            if directive(line[begin + 1 : end - 1]).name == name:
                lines[place] = f"{line[:begin]}{{{name}: {value}}}{line[end:]}"
                return "".join(lines)
    after_title = next(
        (
            place + 1
            for place, line in enumerate(lines)
            for begin, end in directives(line)
            if directive(line[begin + 1 : end - 1]).name == "title"
        ),
        0,
    )
    return "".join([*lines[:after_title], f"{{{name}: {value}}}\n", *lines[after_title:]])
