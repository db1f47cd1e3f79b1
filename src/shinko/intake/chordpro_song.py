"""A ChordPro song while it is read: its head, its environments, and what directives do to them."""

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from shinko.errors import ShinkoError
from shinko.intake.chart_cells import NUMBER
from shinko.intake.chart_head import is_ritardando, key_in, tempo_in
from shinko.intake.chordpro_moves import Move, Moves, read_move
from shinko.intake.chordpro_text import COMMENTS, DETAILS, FOREIGN, Directive, narrow
from shinko.intake.draft import (
    SILENCE,
    Cell,
    Draft,
    RepeatedBars,
    Struck,
    shortened,
)
from shinko.intake.remarks import Remarks
from shinko.intake.sections import Manner
from shinko.score.progression import LONGEST_DETAIL, MOST_CHORDS, MOST_DETAILS
from shinko.theory import Key
from shinko.theory.german import english_chord

_LABEL = re.compile(r"""label=(?:"([^"]*)"|'([^']*)')""")
_SHAPE = re.compile(r"\d[\d+x]*")


@dataclass
class ChordProSong:
    """What a reader knows so far.

    Attributes:
      skipped: the environment that is for others, while it lasts.
      chord_line: the last line of chords over words, and the place of its first chord.
      closes: whether a later line ends the environment that has begun.
      beside: how much of each kind there is beside chords and words: comments, tabs.
    """

    draft: Draft
    head: dict[str, str] = field(default_factory=dict)
    details: list[tuple[str, str]] = field(default_factory=list)
    environment: str = ""
    skipped: str = ""
    closes: bool = True
    chorus: list[RepeatedBars] = field(default_factory=list)
    chorus_move: Move = field(default_factory=Move)
    section_start: int = 0
    beats: list[Fraction] = field(default_factory=list)
    bars: list[list[Cell]] = field(default_factory=list)
    second_bar: list[Cell] = field(default_factory=list)
    moves: Moves = field(default_factory=Moves)
    key_move: Move = field(default_factory=Move)
    later_key: str = ""
    later_mode: str = ""
    later_move: Move = field(default_factory=Move)
    slows_from: int | None = None
    remarks: Remarks = field(default_factory=Remarks)
    over_words: bool = False
    chord_line: tuple[str, int] = ("", 0)
    beside: Counter[str] = field(default_factory=Counter)

    def moved(self, text: str) -> str:
        """A chord as it sounds under the transpositions that hold; what isn't one as it is."""
        text = narrow(text)
        return self.moves.now.chord(english_chord(text) if is_german(self) else text)


def is_german(song: ChordProSong) -> bool:
    """Whether the key is told in German, and so the chords after it."""
    key = key_in(song.later_key or song.head.get("key", ""))
    return key is not None and key.german


def direct(song: ChordProSong, one: Directive) -> None:
    """Do what a directive says; what is wrong with it is told, and passed over."""
    name, value = one.name, one.value
    if (name in ("key", "tempo") and name in song.head) or (name == "mode" and song.later_key):
        _turn(song, name, value)
    elif name in ("title", "key", "mode", "tempo"):
        song.head.setdefault(name, value)
        if name == "key":
            song.key_move = song.moves.now
            key_told(value, "", Move(), song.remarks)  # what it is read as is told with its line
    elif name in COMMENTS:
        if is_ritardando(value):
            song.slows_from = len(song.draft.parts)
        else:
            song.beside["comment"] += 1
    elif name == "transpose":
        _transpose(song, value)
    elif name == "x_shinko_beats":
        _tell_beats(song, value)
    elif name == "new_song":
        song.remarks.fault("a song that begins within a line is no song of its own")
    elif name == "chorus":
        _recall(song, value)
    elif name.startswith("start_of_"):
        _start(song, name.removeprefix("start_of_"), value)
    elif name.startswith("end_of_"):
        _end(song, name.removeprefix("end_of_"))
    elif name in DETAILS or (one.is_meta and name != "time"):
        _detail(song, name, value)
    elif name in ("define", "chord", "image"):
        song.beside["image" if name == "image" else "definition"] += 1
    elif not one.is_known:
        song.remarks.place("directives that mean nothing here", f"{{{shortened(name or value)}}}")


def _detail(song: ChordProSong, name: str, value: str) -> None:
    if name == "capo" and value not in ("", "0"):
        song.remarks.say(f"capo {shortened(value)}: chords are read as they are written")
    if name and value and len(song.details) < MOST_DETAILS:
        song.details.append((name[:LONGEST_DETAIL], value[:LONGEST_DETAIL]))


def _transpose(song: ChordProSong, value: str) -> None:
    move = read_move(narrow(value)) if value else None
    if value and move is None:
        song.remarks.fault(f"transpose {shortened(value)!r}; give semitones, such as 2 or -3")
        return
    if move is not None:
        song.moves.push(move)
    elif not song.moves.pop():
        song.remarks.fault("{transpose} takes off a transposition, and none holds here")
        return
    if not song.draft.cells:
        song.key_move = song.moves.now
    elif "key" in song.head:
        if not song.later_key:
            song.later_key, song.later_mode = song.head["key"], song.head.get("mode", "")
        song.later_move = song.moves.now
        _turn_key(song)


def _tell_beats(song: ChordProSong, value: str) -> None:
    numbers = value.split()[: MOST_CHORDS + 1]
    if numbers and all(map(NUMBER.fullmatch, numbers)):
        song.beats = list(map(Fraction, numbers))
    else:
        song.remarks.fault(f"x_shinko_beats {shortened(value)!r}; give numbers of quarter notes")


def _turn(song: ChordProSong, name: str, value: str) -> None:
    """A key, its mode or a tempo after the first one."""
    if name == "tempo":
        tempo_bpm = tempo_in(value)
        if tempo_bpm is None:
            song.remarks.say(f"tempo {shortened(value)!r} is none that is known, and passed over")
        else:
            _hold(song, "tempo", song.draft.coming._replace(tempo_bpm=tempo_bpm))
        return
    if name == "key":
        song.later_key, song.later_mode, song.later_move = value, "", song.moves.now
    else:
        song.later_mode = value
    _turn_key(song)


def _turn_key(song: ChordProSong) -> None:
    key = key_told(song.later_key, song.later_mode, song.later_move, song.remarks)
    if key is None:
        song.remarks.say(f"key {shortened(song.later_key)!r} isn't known, and passed over")
    else:
        _hold(song, "key", song.draft.coming._replace(key=key))


def _hold(song: ChordProSong, what: str, manner: Manner) -> None:
    """From the next section on; from this one, if it has no chords yet.

    What stands in no environment is another section from there on.
    """
    draft = song.draft
    draft.coming = manner
    if draft.struck and draft.manner != manner and not song.environment:
        draft.begin_section("")
    if not draft.struck:
        draft.manner = manner
    elif draft.manner != manner:
        song.remarks.say(f"a {what} that changes within a section holds from the next one on")


def key_told(text: str, mode: str, move: Move, remarks: Remarks) -> Key | None:
    """What {key} says, in the mode that {meta: mode} says, moved; None where it isn't known.

    Of several keys, "Bb/Gm", the first one counts.
    """
    key = key_in(text)
    if key is None:
        return None
    known = {told for told, _ in remarks.placed.get(f"key read as {key}", ())}
    if _several(text, key) and text not in known:
        remarks.place(f"key read as {key}", text)
    if mode and (moded := key_in(f"{key.tonic} {mode}")) is not None:
        key = moded
    elif mode:
        remarks.say(f"mode {shortened(mode)!r} isn't known, the key is read as {key}")
    # Its chords are in English by now.
    return move.key(Key(key.tonic, key.mode))


def _several(text: str, key: Key) -> bool:
    """Whether a text tells more than a key."""
    try:
        return Key.parse(shortened(narrow(text).strip())) != key
    except ShinkoError:
        return True


def _start(song: ChordProSong, environment: str, value: str) -> None:
    if song.environment:
        song.remarks.fault(f"{shortened(environment)} begins before {song.environment} has ended")
    close(song)
    label = label_in(value)
    first, _, rest = value.partition(" ")
    plain = rest.strip() if environment == "grid" and _SHAPE.fullmatch(first) else value
    if label is not None:
        plain = label
    elif "=" in plain:
        plain = ""
    unnamed = environment == "grid" or label == ""
    song.draft.begin_section(plain or ("" if unnamed else environment))
    song.environment, song.section_start, song.bars = environment, len(song.draft.parts), []
    if environment in FOREIGN:
        song.beside[environment] += 1
    if environment == "chorus":
        song.chorus_move = song.moves.now


def label_in(value: str) -> str | None:
    """The label among attributes, label="Verse 1"; None if there is none."""
    found = _LABEL.search(value)
    return None if found is None else (found[1] or found[2] or "").strip()


def _end(song: ChordProSong, environment: str) -> None:
    if not song.environment:
        song.remarks.fault(f"{{end_of_{shortened(environment)}}} ends what hasn't begun")
        return
    if environment != song.environment:
        song.remarks.fault(f"{{end_of_{shortened(environment)}}} ends the {song.environment}")
    close(song)


def close(song: ChordProSong) -> None:
    """End the environment, or what stands between two."""
    song.draft.end_section()
    parts = song.draft.parts[song.section_start :]
    if song.environment == "chorus" and parts:
        song.chorus = parts
    if song.beats and parts:
        _last_as_told(song, parts)
    song.environment, song.second_bar = "", []
    song.draft.begin_section("")
    song.section_start = len(song.draft.parts)


def _last_as_told(song: ChordProSong, parts: list[RepeatedBars]) -> None:
    """Chords last as {x_shinko_beats} tells."""
    chords = [struck for part in parts for struck in _heard(part)]
    if len(chords) != len(song.beats):
        song.remarks.fault(
            f"x_shinko_beats tells {len(song.beats)} chords and the section has {len(chords)}; "
            "give each chord its quarter notes, or leave the line out"
        )
    else:
        for struck, beats in zip(chords, song.beats, strict=True):
            struck.beats = beats
        for part in parts:
            part.struck = _heard(part)
    song.beats = []


def _heard(part: RepeatedBars) -> list[Struck]:
    return [struck for struck in part.struck if struck.text != SILENCE]


def _recall(song: ChordProSong, value: str) -> None:
    """The last chorus again, under the transpositions that hold now."""
    if song.environment:
        song.remarks.fault(f"{{chorus}} stands before {song.environment} has ended")
    close(song)
    if not song.chorus:
        song.remarks.fault("{chorus} comes before any chorus; write the chorus out first")
        return
    label = label_in(value)
    label = ("" if "=" in value else value) if label is None else label
    now, then = song.moves.now, song.chorus_move
    move = Move(now.semitones - then.semitones, now.spelling if now != then else "")
    for part in song.chorus:
        for struck in part.struck:
            song.draft.play(move.chord(struck.text), struck.beats)
            song.draft.sing(struck.words)
        manner = part.manner
        if move and (manner.key is not None or song.draft.coming.key is not None):
            manner = _key_again(manner, song, move)
        song.draft.name, song.draft.manner = label or part.name, manner
        song.draft.end_part(part.times)
    song.draft.begin_section("")
    song.section_start = len(song.draft.parts)


def _key_again(manner: Manner, song: ChordProSong, move: Move) -> Manner:
    """A section's manner where it is played again, moved."""
    if manner.key is not None:
        return manner._replace(key=move.key(manner.key))
    return manner._replace(key=song.draft.coming.key)
