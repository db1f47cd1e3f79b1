"""Grids of ChordPro: bars of cells, the part of the format that has durations."""

import re
from collections.abc import Iterator, Sequence

from shinko.intake.chordpro_song import ChordProSong
from shinko.intake.draft import GOES_ON, SAME_BAR, Cell, shortened
from shinko.theory.symbols import in_one_word

# A bar line, with the number of an ending; a word may not hold one.
_TOKEN = re.compile(
    r"(?P<bar>:?\|{1,2}(?::|[.\]](?=\s|$))?)"
    r"(?:(?P<ending>[1-9])(?P<dot>[.,]?)(?=\s|$))?"
    r"|(?P<word>(?:(?!:\|)[^\s|])+)"
)
_TIMES = re.compile(r"\d{1,6}")
_STRUM_ROW = re.compile(r"[^|]*\|[sS](?!\S)")
# In small letters: a D is a chord.
_STRUM = re.compile(r"[~*]?(?:up|dn|down|u|d|ad|au|xd|xu|dx|ux|ud|du|x|-)[+~*x]{0,2}")
_GOES_ON = (".", "/", "-", "_")


def read_grid_line(song: ChordProSong, line: str) -> None:
    """The bars of a line of a grid; what is no bar of chords is told.

    Raises:
      ChartError: there are more chords than can be counted.
    """
    line = in_one_word(line)
    tokens = list(_TOKEN.finditer(line))
    bars = [place for place, token in enumerate(tokens) if token["bar"]]
    if not bars:
        song.remarks.place("lines of a grid without a bar line", line)
        return
    if _is_strums(line, [t["word"] for t in tokens[bars[0] : bars[-1] + 1] if t["word"]]):
        song.remarks.place("rows of strums, passed over", line)
        return
    cells: list[str] = []
    for token in tokens[bars[0] : bars[-1] + 1]:
        if token["word"]:
            cells.append(token["word"])
            continue
        if cells:
            _add_bar(song, cells)
            cells = []
        if token["bar"].startswith(":"):
            song.draft.end_repeat()
        if token["bar"].endswith("|:") or token["bar"] == ":|:":
            song.draft.begin_repeat()
        if token["ending"]:
            song.draft.begin_ending(int(token["ending"]))
    after = line[tokens[bars[-1]].end() :]
    times = _TIMES.search(after[:80])
    if tokens[bars[-1]]["bar"] == ":|" and times is not None and song.draft.parts:
        song.draft.parts[-1].times = int(times[0])


def _is_strums(line: str, words: Sequence[str]) -> bool:
    """Whether a row tells strokes of the hand, not chords."""
    told = [word for word in words if word not in _GOES_ON]
    return _STRUM_ROW.match(line) is not None or (
        bool(told) and all(_STRUM.fullmatch(word) for word in told)
    )


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
        if word in _GOES_ON or word == SAME_BAR or not chords:
            yield Cell(GOES_ON)
        elif len(chords) == 1:
            yield Cell(song.moved(_bare(chords[0])))
        else:
            yield from (Cell(song.moved(_bare(chord)), share / len(chords)) for chord in chords)


def _bare(chord: str) -> str:
    """A cell's chord without the brackets that some write around it."""
    return shortened(chord).strip("[]") or GOES_ON
