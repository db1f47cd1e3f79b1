"""Where a system of a lead sheet breaks."""

from shinko.score.bars import Bar, Passage, bars_of

BARS_IN_SYSTEM = 4
# What a bar of usual width holds; twice as much makes it two wide, more makes it four wide.
CHORDS_IN_BAR = 2
NOTES_IN_BAR = 8


def system_starts(passage: Passage) -> tuple[bool, ...]:
    """For each bar of a section whether it begins a system.

    A system has four bars; a bar of more than two chords, or of more than eight notes of melody,
    takes the place of two, one of more than four chords or sixteen notes that of four. A section
    begins its own system.
    """
    starts, filled = [], BARS_IN_SYSTEM
    for bar in bars_of(passage):
        width = _width(bar, passage)
        begins = filled + width > BARS_IN_SYSTEM
        starts.append(begins)
        filled = width if begins else filled + width
    return tuple(starts)


def _width(bar: Bar, passage: Passage) -> int:
    chords = sum(piece.begins for piece in bar.pieces)
    notes = sum(bar.start_tick <= note.start_tick < bar.end_tick for note in passage.melody)
    crowd = max(chords / CHORDS_IN_BAR, notes / NOTES_IN_BAR)
    if crowd <= 1:
        return 1
    return 2 if crowd <= 2 else BARS_IN_SYSTEM
