"""How long the chords of a piece last: as songs have it, all alike, or as somebody writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from shinko.errors import FieldError, ShinkoError
from shinko.planning.process import Ints
from shinko.score.progression import BEATS_RANGE, ROUNDING, bar_beats, show_meter
from shinko.songwriting.given import Given
from shinko.songwriting.meter_grid import COUNTED, MeterGrid, bar_of_meter
from shinko.songwriting.plans import Layout
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.sections import Form, form_words
from shinko.songwriting.styles import Style
from shinko.songwriting.usual import METER
from shinko.tables.memories import over, voices_of
from shinko.tables.rhythm import QUARTERS, Rhythm
from shinko.tables.rhythm_draws import Frame, chords_in, draw_lengths
from shinko.tables.voices import Voice

EVEN = "even"
_USUAL_TABLE = "pop"
# Pieces that may tell how many chords bars have.
_TRIED = 64
_MOST_LENGTHS = 64
_EXPECTED = f"{COUNTED}, {EVEN}, or lengths in quarter notes, such as '4 2 2'"


def read_rhythm(text: str) -> str | tuple[float, ...]:
    """A rhythm as one writes it: counted, even, or quarter notes that come round.

    Raises:
      FieldError: it isn't one.
    """
    word = text.strip().lower()
    if word in ("", COUNTED, EVEN):
        return word
    try:
        lengths = tuple(float(part) for part in re.split(r"[\s,]+", word))
    except ValueError:
        lengths = ()
    least, most = BEATS_RANGE
    if not 0 < len(lengths) <= _MOST_LENGTHS or not all(least <= one <= most for one in lengths):
        raise FieldError("rhythm", text, _EXPECTED)
    return lengths


_USUAL = bar_of_meter(METER)


Styles = tuple[tuple[Voice, Rhythm], ...]


@dataclass(frozen=True, eq=False)
class Timing:
    """How long the chords of pieces last.

    Attributes:
      pattern: quarter notes that come round in each section; none where lengths are drawn.
      styles: what the lengths of each section are drawn by.
      bar: where chords may begin.
      bars: of sections, where they are told; else as many as come.
      first: quarter notes of the first chords, where they are given.
      fills: whether the last chord of a section lasts to the end of its bar.
    """

    pattern: tuple[float, ...] = ()
    styles: Mapping[str, Styles] = field(default_factory=dict)
    bar: MeterGrid = _USUAL
    bars: Mapping[str, int] = field(default_factory=dict)
    first: tuple[float, ...] = ()
    fills: bool = False

    def beats_each(
        self,
        chords: Ints,
        form: Form,
        layouts: Mapping[str, Layout],
        rngs: Sequence[np.random.Generator],
    ) -> list[tuple[float, ...]]:
        """Quarter notes of each chord of pieces, T each; sections of one name have the same.

        Args:
          chords: by number, those of one section after another, (B, T).
          form: the sections.
          layouts: which slots of a section share their chords, and so their lengths.
          rngs: the source of chance of each piece.
        """
        parts = dict[str, list[tuple[float, ...]]]()
        for name, slots in form.spans():
            if name in parts:
                continue
            own, layout = chords[:, slots.start : slots.stop], layouts.get(name)
            base, kept = form.base(name), form.kept(name)
            if base is not None and not self.pattern:  # as long as there, each piece by itself
                parts[name] = [
                    beats
                    for row, rng, there in zip(own, rngs, parts[base], strict=True)
                    for beats in self._section(row[None], name, layout, [rng], there[:kept])
                ]
            else:
                first = self.first if slots.start == 0 else ()
                parts[name] = self._section(own, name, layout, rngs, first)
        return [
            tuple(beats for name in form.sections for beats in parts[name][piece])
            for piece in range(len(chords))
        ]

    def _section(
        self,
        chords: Ints,
        name: str,
        layout: Layout | None,
        rngs: Sequence[np.random.Generator],
        first: tuple[float, ...],
    ) -> list[tuple[float, ...]]:
        count, length = chords.shape
        if self.pattern:
            around = [self.pattern[slot % len(self.pattern)] for slot in range(length)]
            if self.fills:
                left = -sum(around) % self.bar.starts[-1]
                around[-1] += left if left > ROUNDING else 0.0
            return [tuple(around)] * count
        quarters = self.bars[name] * QUARTERS if name in self.bars else None
        same = same_lengths(layout, length)
        marks = () if layout is None or quarters is None else unit_ends(layout, length, quarters)
        frame = Frame(self.bar.grid, quarters, same, self.bar.nearest(first), marks)
        drawn = draw_lengths(self.styles[name], chords, rngs, frame)
        return [self.bar.beats(row, first) for row in drawn.tolist()]


def unit_ends(layout: Layout, length: int, quarters: int) -> tuple[tuple[int, int], ...]:
    """Where the units of a plan end, each as many bars long, if the bars can be parted so."""
    units = layout.units
    if quarters % (units * QUARTERS):
        return ()
    return tuple((length * unit // units - 1, quarters * unit // units) for unit in range(1, units))


def same_lengths(layout: Layout | None, length: int) -> tuple[int, ...] | None:
    """Of each slot the earlier one that lasts as long, −1 for none."""
    if layout is None:
        return None
    same = [-1] * length
    for tie in layout.ties:
        same[tie.slot] = tie.to
    return tuple(same)


def timed_styles(table: str, mode: str, chords: tuple[str, ...]) -> Styles:
    """What the lengths of chords are drawn by: the styles of the table that plays them.

    A policy plays on where its table is gone; then its chords last as those of pop songs.

    Args:
      table: by name or path, or a mixture.
      mode: of the key.
      chords: that are played, by number.
    """
    try:
        read = [voices_of(name, mode) for name, _ in Style.parse(table or _USUAL_TABLE).parts]
    except ShinkoError:
        read = [voices_of(_USUAL_TABLE, mode)]
    return tuple(
        (voice, voices.rhythms[style])
        for voices in (over(each, chords) for each in read)
        for style, voice in voices.voices.items()
    )


def likely_lengths(styles: Styles, bars: int, rng: np.random.Generator, most: int) -> Iterator[int]:
    """How many chords so many bars may have, the ones that songs have first come first."""
    counts = chords_in(styles, bars * QUARTERS, _TRIED, rng)
    drawn = [int(count) for count in counts if count <= most]
    yield from dict.fromkeys(drawn)
    yield from (count for count in range(min(bars, most), most + 1) if count not in drawn)


def check_timing(request: ComposeRequest) -> None:
    """Raises: FieldError, where what is asked of lengths collides."""
    if request.rhythm and request.beats_per_chord is not None:
        raise FieldError(
            "rhythm",
            request.rhythm,
            "no `beats_per_chord` beside it, which makes all chords last alike",
            "leave one of them out",
        )
    for name in ("bars", "rhythm", "chords"):
        if request.template and getattr(request, name):
            raise FieldError(
                name,
                getattr(request, name),
                f"none beside `template` {request.template}, which tells what stands in its bars",
                "leave one of them out",
            )
    bars = request.bars is not None
    if bars and request.chords is not None:
        raise FieldError(
            "bars",
            request.bars,
            "no `chords` beside it, which tell how many there are",
            "leave one of them out; `continue` asks for more chords",
        )
    if not bars and not any(word.in_bars for word in form_words(request.form)):
        return
    if request.beats_per_chord is not None or read_rhythm(request.rhythm) not in ("", COUNTED):
        raise FieldError(
            "bars" if bars else "form",
            request.bars if bars else request.form,
            f"`rhythm` {COUNTED}, for only there the chords follow from the bars",
            "give `length` in its place"
            if bars
            else "tell how many chords there are, as in verse:8",
        )


def _check_filled(pattern: Sequence[float], request: ComposeRequest) -> None:
    """Raises: FieldError, where lengths that come round fill no bars."""
    meter, lasts = request.meter or METER, sum(pattern)
    bar = bar_beats(meter)
    if not any(abs(part - round(part)) < ROUNDING for part in (lasts / bar, bar / lasts)):
        raise FieldError(
            "rhythm",
            request.rhythm,
            f"lengths that fill bars of {show_meter(meter)}, {bar:g} quarter notes each; these "
            f"last {lasts:g}",
            "add or take some of it, or choose another `meter`",
        )


def timing_of(
    request: ComposeRequest,
    form: Form,
    styles: Callable[[], Mapping[str, Styles]],
    given: Given | None,
) -> Timing | None:
    """How long chords are to last; None for as long as those that are given.

    Args:
      request: what is asked.
      form: the sections.
      styles: gives what the lengths of each section are drawn by.
      given: chords that somebody has, if any.

    Raises:
      FieldError: the rhythm can't be read, or what is given is no rhythm that can be gone on with.
    """
    rhythm = read_rhythm(request.rhythm)
    if isinstance(rhythm, tuple):
        _check_filled(rhythm, request)
        return Timing(rhythm, bar=bar_of_meter(request.meter or METER), fills=True)
    if rhythm == EVEN or request.beats_per_chord is not None:
        return Timing((request.beats,))
    if given is not None and not rhythm and not form.bars:
        return None
    bar = bar_of_meter(request.meter or METER)
    kept = given is not None and (given.timed or not rhythm)
    first = given.piece.beats if given is not None and kept else ()
    bar.nearest(first)  # what can't be kept is told before anything is drawn
    return Timing((), styles(), bar, form.bars, first)
