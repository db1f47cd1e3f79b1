"""A draft becomes a progression: its key, silence that has no place there, what can't be read.

Conventions: where a draft tells what is wrong and goes on, a chord that can't be read lets the one
before it sound on; at the start of a section the one after it begins there. Else it is refused.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

from shinko.errors import ShinkoError
from shinko.intake.draft import (
    FREE,
    LONGEST_WORD,
    ROUNDING,
    SILENCE,
    ChartError,
    Draft,
    RepeatedBars,
    Struck,
    shortened,
)
from shinko.intake.hints import chord_in, hint
from shinko.intake.remarks import MOST_NAMED, Remarks
from shinko.intake.sections import (
    ReadSection,
    bar_count,
    lyrics_of,
    take_bars,
    told_sections,
)
from shinko.score.progression import MOST_CHORDS, MOST_TIMES, TEMPO_RANGE_BPM, Progression
from shinko.score.words import Lyric
from shinko.theory import ChordName, Key, RomanChord, roman_from_name
from shinko.theory.bare_numerals import bare_told, is_bare
from shinko.theory.german import english_chord
from shinko.theory.hooktheory import is_id
from shinko.theory.key_of_words import key_of_words

UNREAD = "?"
UNREAD_CHORDS = "chords that can't be read, so that the one before sounds on"
NO_CHORDS = "no chords in the chart; type some, such as 'Am7 D7 Gmaj7'"
_USUAL_TEMPO_BPM = 120.0
_ANY = Key.parse("C")


class NoChordsError(ChartError):
    """A text has no chord that can be read."""


def progression_of(
    draft: Draft,
    *,
    key: Key | None,
    tempo_bpm: float | None,
    title: str,
    bars: tuple[int, int] | None = None,
    remarks: Remarks,
    free: list[int] | None = None,
    ritardando: bool = False,
    details: Sequence[tuple[str, str]] = (),
) -> Progression:
    """The progression of all that a draft holds, or of some bars; no key: the chords' own.

    Args:
      free: where to say which slots are free; a tonic stands in for them. None where none may be.
    """
    sections = every = list(_sections(heard_parts(draft, key), draft.bar_beats, remarks))
    if bars is not None and sections:
        sections = take_bars(sections, draft.meter, bars)
        ritardando = ritardando and bars[1] >= bar_count(every, draft.meter)
    rows = [row for section in sections for row in section.chords]
    if not rows:
        struck = [one.text for part in draft.parts for one in part.struck]
        unread = remarks.placed.get(UNREAD_CHORDS, []) if UNREAD in struck else []
        named = ", ".join(
            f"{shortened(text)!r} in line {line}" for text, line in unread[:MOST_NAMED]
        )
        raise NoChordsError(f"no chord that can be read: {named}" if unread else NO_CHORDS)
    if len(rows) > MOST_CHORDS:
        raise ChartError(
            f"chart has {len(rows)} chords; give {MOST_CHORDS} at most, or take some of its bars"
        )
    texts = [text for text, _ in rows]
    _check_kinds(texts)
    told = [section.manner.key for section in sections for _ in section.chords]
    # The piece's key is found from the chords that no section's key is told for.
    open_ones = [text for text, own in zip(texts, told, strict=True) if own is None] or texts
    found, name = key_of_words(t.replace(":", "") for t in open_ones if len(t) <= LONGEST_WORD)
    was_found = key is None and name != found.mode
    key = key or found
    tempo_bpm = _USUAL_TEMPO_BPM if tempo_bpm is None else tempo_bpm
    pairs = zip(texts, told, strict=True)
    for text, own in zip(texts, told, strict=True):
        mode = (own or key).mode
        if len(text) <= LONGEST_WORD and is_bare(text, mode):
            remarks.say(bare_told(mode))
    return Progression(
        chords=tuple(
            _chord(place, text, own or key, free) for place, (text, own) in enumerate(pairs)
        ),
        key=key,
        beats=tuple(beats for _, beats in rows),
        tempo_bpm=tempo_bpm,
        meter=draft.meter,
        title=title,
        sections=told_sections(sections, key=key, tempo_bpm=tempo_bpm),
        lyrics=lyrics_of(sections),
        details=tuple(details),
        key_was_found=was_found,
        ritardando=ritardando,
    )


def heard_parts(draft: Draft, key: Key | None = None) -> list[RepeatedBars]:
    """The parts of a draft that has ended; what can't be read is told, and marked in them.

    Args:
      key: that is told, if any: chords under a German one are German.

    Raises:
      ChartError: something is wrong at the end of the draft, and nobody is told.
    """
    draft.end_section()
    if (remarks := draft.remarks) is None:
        return draft.parts
    every = [
        (struck, (own := part.manner.key or key) is not None and own.german)
        for part in draft.parts
        for struck in part.struck
    ]
    symbols = any(symbol_in(one.text) is not None and not is_id(one.text) for one, _ in every)
    for struck, german in every:
        if struck.text in (SILENCE, FREE):
            continue
        if not can_be_read(english_chord(struck.text) if german else struck.text):
            way_out = hint(struck.text).partition(",")[0]
            told = f"{struck.text} ({way_out})" if way_out else struck.text
            remarks.place(UNREAD_CHORDS, told, struck.line)
        elif symbols and is_id(struck.text) and symbol_in(struck.text) is None:
            remarks.place("numbers among chord symbols, passed over", struck.text, struck.line)
        else:
            continue
        struck.text = UNREAD
    for part in draft.parts:
        if part.times > MOST_TIMES:
            remarks.say(f"what is played {part.times} times is played {MOST_TIMES} times")
            part.times = MOST_TIMES
        elif part.times < 1:
            remarks.say(f"what is played {part.times} times is played once")
            part.times = 1
    return draft.parts


@lru_cache(maxsize=4096)
def can_be_read(text: str) -> bool:
    """Whether a text is a chord symbol, a Roman numeral or an id."""
    if len(text) > LONGEST_WORD:
        return False
    try:
        roman_from_name(text.replace(":", ""), _ANY)
    except ShinkoError:
        return False
    return True


def tempo_within(tempo_bpm: float | None, remarks: Remarks) -> float | None:
    """A tempo that can be played; none, and told, for another."""
    slowest, fastest = TEMPO_RANGE_BPM
    if tempo_bpm is None or slowest <= tempo_bpm <= fastest:
        return tempo_bpm
    remarks.say(f"tempo {tempo_bpm:g} isn't within {slowest} to {fastest}, 120 is taken")
    return None


def _chord(index: int, text: str, key: Key, free: list[int] | None) -> RomanChord:
    """A chord as it was typed, in the key of its section; its index in the progression."""
    if text == FREE and free is not None:
        free.append(index)
        return roman_from_name(str(key.tonic), key)
    with_place = f"chord {index + 1}, {shortened(text)!r}"
    if len(text) > LONGEST_WORD:
        raise ChartError(f"{with_place}: {len(text)} characters; put spaces in between")
    try:
        return roman_from_name(text.replace(":", ""), key)
    except ShinkoError as error:
        if text == FREE:
            raise ChartError(f"{with_place}: a free slot; shinko compose fills it") from None
        reasons = [str(error).partition("': ")[2] or str(error), hint(text)]
        raise ChartError(f"{with_place}: {'; '.join(filter(None, reasons))}") from error


def _sections(
    parts: Sequence[RepeatedBars], bar: Fraction, remarks: Remarks
) -> Iterator[ReadSection[str]]:
    """The parts that have a chord."""
    for part in parts:
        if chords := _without_silence(part.struck, bar, remarks):
            lyrics = _lyrics(part.struck, sum(beats for _, beats in chords[:-1]))
            yield ReadSection(part.name, part.times, chords, manner=part.manner, lyrics=lyrics)


def _lyrics(struck: Sequence[Struck], last: float) -> tuple[Lyric, ...]:
    """The words of a part in time; none begins after its last chord does."""
    now, lyrics = Fraction(), []
    for one in struck:
        if one.words:
            lyrics.append(Lyric(min(float(now), last), one.words))
        now += one.beats
    return tuple(lyrics)


def _without_silence(
    struck: Sequence[Struck], bar: Fraction, remarks: Remarks
) -> tuple[tuple[str, float], ...]:
    """The chords alone: silence that no progression has lengthens its neighbour."""
    chords: list[Struck] = []
    early = Fraction()
    silent = Fraction()  # after the last chord
    is_early = False
    for text, beats in ((one.text, one.beats) for one in struck):
        if text == UNREAD and chords:
            _hold(chords[-1], silent, remarks)
            chords[-1].beats += beats
            silent = Fraction()
        elif text == SILENCE and chords:
            silent += beats
        elif text in (SILENCE, UNREAD):
            early += beats
            is_early |= text == SILENCE
        else:
            if chords:
                _hold(chords[-1], silent, remarks)
            if is_early:
                remarks.say("N.C. at the start of a section: the chord after it begins there")
            chords.append(Struck(text, early + beats))
            early, silent, is_early = Fraction(), Fraction(), False
    if chords and silent > -sum(chord.beats for chord in chords) % bar + ROUNDING:
        _hold(chords[-1], silent, remarks)
    return tuple((chord.text, float(chord.beats)) for chord in chords)


def _hold(chord: Struck, silent: Fraction, remarks: Remarks) -> None:
    if silent:
        chord.beats += silent
        remarks.say("N.C. within a section: the chord before it sounds on")


def _check_kinds(texts: Sequence[str]) -> None:
    """Refuse ids among chord symbols: they are meters, endings or numbers of times."""
    if any(not is_id(text) and symbol_in(text) is not None for text in texts):
        for place, text in enumerate(texts, start=1):
            if is_id(text) and symbol_in(text) is None:
                raise ChartError(
                    f"chord {place}, {text!r}: a number among chord symbols; a meter stands "
                    "before the first chord, endings are '|1 C :|2 G |', repeats 'x2'; or write "
                    "all chords as numbers"
                )


def symbol_in(text: str) -> ChordName | None:
    """The chord symbol that a chord as typed is; None if it is none."""
    return chord_in(text.replace(":", ""))
