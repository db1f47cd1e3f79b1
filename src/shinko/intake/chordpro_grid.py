"""Grids of ChordPro: bars of cells, the part of the format that has durations."""

import re
from collections.abc import Iterator, Sequence

from shinko.intake.chordpro_song import ChordProSong, moved
from shinko.intake.draft import GOES_ON, SAME_BAR, Cell, ChartError, shortened
from shinko.theory.symbols import in_one_word

_BAR = re.compile(r":?\|[|:.]?|:\|:")
_TIMES = re.compile(r"\d{1,6}")


def read_grid_line(song: ChordProSong, line: str) -> None:
    """The bars of a line of a grid.

    Raises:
      ChartError: a bar line or a cell can't be read.
    """
    tokens = in_one_word(line).split()
    bars = [place for place, token in enumerate(tokens) if "|" in token]
    if not bars:
        return  # a margin note
    cells: list[str] = []
    for token in tokens[bars[0] : bars[-1] + 1]:
        if "|" not in token:
            cells.append(token)
            continue
        if _BAR.fullmatch(token) is None:
            raise ChartError(
                f"{shortened(token)!r} is no bar line that is read here; write |, |: or :| between "
                "spaces, and endings out in full"
            )
        if cells:
            _add_bar(song, cells)
            cells = []
        if token.startswith(":"):
            song.draft.end_repeat()
        if token != "|" and token.endswith("|:"):
            song.draft.begin_repeat()
    after = tokens[bars[-1] + 1 :]
    times = _TIMES.search(" ".join(after)[:80])
    if tokens[bars[-1]] == ":|" and times is not None:
        song.draft.parts[-1].times = int(times[0])


def _add_bar(song: ChordProSong, words: Sequence[str]) -> None:
    """A bar of a grid; the cells after "%" stay empty, those after "%%" in the next bar too."""
    empty = all(word == "." for word in words)
    if empty and song.second_bar:
        cells, song.second_bar = song.second_bar, []
    elif words[0] == "%%" and len(song.bars) > 1:
        cells, song.second_bar = song.bars[-2:]
    elif words[0] in (SAME_BAR, "%%"):
        song.draft.add_bar([Cell(SAME_BAR)])
        song.bars += song.bars[-1:]
        return
    else:
        cells, song.second_bar = list(_cells(song, words)), []
    song.draft.add_bar(cells)
    song.bars.append(cells)


def _cells(song: ChordProSong, words: Sequence[str]) -> Iterator[Cell]:
    share = song.draft.bar_beats / len(words)
    for word in words:
        chords = [chord for chord in word.split("~") if chord]
        if word in (".", "/", SAME_BAR) or not chords:
            yield Cell(GOES_ON)
        elif len(chords) == 1:
            yield Cell(moved(song, chords[0]))
        else:
            yield from (Cell(moved(song, chord), share / len(chords)) for chord in chords)
