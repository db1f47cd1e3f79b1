"""Chord charts as people type them, and as `export.chart` writes them.

    Am7 D7 Gmaj7                          a chord a bar; also Am7 - D7 - Gmaj7, Am7, D7 → Gmaj7
    | C  G | Am / / F | % |               bars; their cells share them
    |: C | F*1.5 G*2.5 :| x3              repeats; quarter notes told by *
    [Verse] I V vi IV    Chorus: 1 5 6 4  sections; Roman numerals; Hooktheory ids
    key: G  tempo: 90  meter: 3/4         the head; a title takes the rest of its line
    key: D  tempo: 80  style: bossa       later, below the name of a section: what is new there
    rit.                                  the last line, if it slows down at the end

Conventions:
  - "/" and "." go on with the chord before. In a line without bars they make every cell a beat of
    the meter, but "C / G / Am", one between every two chords, is a chord a bar.
    A "-" stands between chords; several in a row, or one alone in a bar, go on too.
  - Chords share a bar in whole beats, the first ones longer: three in 4/4 last 2, 1 and 1. Where
    "/" or "." are among them, all cells are equally long.
  - "%" alone in a bar is the same bar again: a single chord goes on, several are struck anew.
  - ":|" without "|:" goes back to the start of the section, and is played twice without "x3". A
    line that ends in "x3" without ":|" is played three times itself.
  - "||" between chords of a line ends a section; at a line's ends it is a bar line.
  - "|1 C :|2 G |" are endings, written out. A meter may stand before the first chord: "3/4 | C |".
    Other numbers among chord symbols are an error, since ids may not be mixed with them.
  - "(C G) x2" repeats what is in brackets.
  - "N.C." is silence where a progression has one: after the last chord of a section, within its
    bar. Elsewhere the chord before it sounds on (at the start of a section, the chord after it
    begins earlier; a section of nothing else is left out), and the remarks say so.
  - Lines of words under lines of chords are sung, see `lyrics`. A line that ends in a backslash
    goes on in the next one.
  - "_" is a slot whose chord is open, where that is allowed.
  - The first key, and the first tempo, are the piece's, wherever they stand. Later ones begin a
    section and hold until the next; a style is that of its section alone.
  - What is wrong is refused; in a file, where one may ask for that, it is told with its line, and
    the rest is read.
  - A key that nobody tells is found from the chord symbols. Without any it is A minor where i comes
    more often than I, else C major.
"""

from dataclasses import dataclass, field

from shinko.intake.chart_head import (
    check_text,
    head_fields,
    is_ritardando,
    key_in,
    leading_meter,
    manner_of,
    meter_in,
    read_meter,
    read_tempo,
    tempo_in,
)
from shinko.intake.chart_line import put_words, read_line
from shinko.intake.chordpro_text import lines_of
from shinko.intake.draft import ChartError, Draft, TooMuchError, shortened
from shinko.intake.drafted import progression_of
from shinko.intake.lyrics import SheetLine, chord_lines
from shinko.intake.remarks import Remarks
from shinko.intake.sections import AS_THE_PIECE, Manner
from shinko.score.progression import Progression, show_meter
from shinko.theory import Key
from shinko.theory.keys import KeyNameError

_OF_SECTIONS = ("key", "tempo")  # of the head's fields, those that a section may have anew
_NEAR = 4  # lines

Fields = dict[str, str]


@dataclass
class ChartSheet:
    """A chart as it is written.

    Attributes:
      head: what it tells of key, tempo, meter and title.
      draft: its chords.
      ritardando: whether it slows down at its end.
    """

    draft: Draft
    head: Fields = field(default_factory=dict)
    ritardando: bool = False


def read_chart(
    text: str,
    *,
    key: Key | None = None,
    meter: tuple[int, int] | None = None,
    tempo_bpm: float | None = None,
    title: str | None = None,
    bars: tuple[int, int] | None = None,
    remarks: Remarks | None = None,
    free: list[int] | None = None,
    forgiving: bool = False,
    first_line: int = 1,
) -> Progression:
    """The progression of a chord chart; what is given here counts more than its head.

    Args:
      key: found from the chords if neither this nor the head tells it.
      meter: 4/4 if neither tells it; likewise the tempo, 120.
      bars: first and last bar to take, from 1, repeats counted once; all of them without it.
      remarks: where to say what was passed over or changed.
      free: where to say which slots are free, "_"; without it none may be.
      forgiving: whether what is wrong is told with its line, and the rest read.
      first_line: the number of the text's first line, for remarks.

    Raises:
      ShinkoError: a chord, a bar or the head can't be read, or there are more chords than a
        progression has; the message is one line that says where.
    """
    remarks = Remarks() if remarks is None else remarks
    sheet = read_sheet(
        text, meter=meter, remarks=remarks, forgiving=forgiving, first_line=first_line
    )
    head = sheet.head
    return progression_of(
        sheet.draft,
        key=key or (Key.parse(shortened(head["key"])) if "key" in head else None),
        tempo_bpm=read_tempo(head["tempo"]) if tempo_bpm is None and "tempo" in head else tempo_bpm,
        title=head.get("title", "") if title is None else title,
        bars=bars,
        remarks=remarks,
        free=free,
        ritardando=sheet.ritardando,
    )


def charts_in(text: str) -> list[tuple[int, str]]:
    """The charts of a text, each with the number of its first line.

    A second title after chords begins another one, which has a head of its own.
    """
    charts: list[tuple[int, list[str]]] = [(1, [])]
    titled = filled = False
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        fields = dict(head_fields(line))
        if "title" in fields and titled and filled:
            charts.append((number, []))
            filled = False
        titled |= "title" in fields
        filled |= bool(line.strip()) and not fields
        charts[-1][1].append(line)
    return [(first, "\n".join(lines)) for first, lines in charts]


def read_sheet(
    text: str,
    *,
    meter: tuple[int, int] | None = None,
    remarks: Remarks,
    forgiving: bool = False,
    first_line: int = 1,
) -> ChartSheet:
    """A chord chart as it is written; the arguments are those of `read_chart`.

    Raises:
      ChartError: a bar or the head can't be read, or there are too many chords.
    """
    check_text(text, forgiving=forgiving)
    head, body, turns = _parts(text, remarks if forgiving else None, first_line)
    if "style" in head:
        remarks.say("a style before the first section is left out: ask for it where it is played")
    ritardando = bool(body) and is_ritardando(body[-1][1])
    piece_s = AS_THE_PIECE
    if turns:
        piece_s = manner_of({n: head[n] for n in _OF_SECTIONS if n in head}, piece_s, remarks)
    meter = meter or (read_meter(head["meter"]) if "meter" in head else (4, 4))
    draft = Draft(meter, remarks=remarks if forgiving else None)
    steps: list[tuple[int, SheetLine | Fields]] = [
        *((one.number, one) for one in chord_lines(body[: len(body) - ritardando], remarks)),
        *turns,
    ]
    above, first = "", 0
    for number, step in sorted(steps, key=lambda step: step[0]):
        remarks.line = number
        try:
            if isinstance(step, dict):
                draft.turn(_own(manner_of(step, draft.manner, remarks), piece_s))
            elif step.is_words:
                put_words(draft, step.text, above, first)
                above = ""
            else:
                above, first = step.text, len(draft.struck)
                read_line(draft, step.text)
        except ChartError as error:
            if not forgiving or isinstance(error, TooMuchError):
                raise ChartError(f"line {number}: {error}") from None
            remarks.fault(str(error))
    remarks.line = 0
    return ChartSheet(draft, head, ritardando)


def _parts(
    text: str, remarks: Remarks | None, first_line: int
) -> tuple[Fields, list[tuple[int, str]], list[tuple[int, Fields]]]:
    """The head, the lines below it, and what lines of the head say after chords.

    Args:
      remarks: where to tell what is wrong; None to refuse it.
    """
    head: Fields = {}
    body: list[tuple[int, str]] = []
    turns: list[tuple[int, Fields]] = []
    lines = list(lines_of(text, first_line))
    for place, (number, line) in enumerate(lines):
        fields = dict(head_fields(line))
        if not fields and line.strip():
            near = " ".join(line for _, line in lines[place : place + _NEAR + 1])
            if not body and (leading := leading_meter(near)) is not None:
                fields, line = {"meter": leading[1]}, line[leading.end() :]
            if line.strip():
                body.append((number, line))
        if remarks is not None:
            remarks.line = number
            fields = {n: v for n, told in fields.items() if (v := _known(n, told, remarks))}
        later = {n: v for n, v in fields.items() if body and n in _OF_SECTIONS and n in head}
        if "style" in fields and body:
            later["style"] = fields["style"]
        if later:
            turns.append((number, later))
        for name, value in fields.items():
            if name not in later and head.setdefault(name, value) != value:
                message = (
                    f"{name} is told twice, {shortened(head[name])!r} and {shortened(value)!r}; "
                    "a chart has one"
                )
                if remarks is None:
                    raise ChartError(message)
                remarks.fault(f"{message}, and the first counts")
    return head, body, turns


def _known(name: str, value: str, remarks: Remarks) -> str:
    """A value of the head as it can be read; "", and told, where it can't."""
    plain, known = value, value
    match name:
        case "key":
            key = key_in(value)
            known = "" if key is None else str(key)
            try:
                plain = str(Key.parse(shortened(value)))
            except KeyNameError:
                plain = ""
        case "tempo":
            tempo_bpm = tempo_in(value)
            known = plain = "" if tempo_bpm is None else f"{tempo_bpm!r}"
        case "meter":
            meter = meter_in(value)
            known = "" if meter is None else show_meter(meter)
            plain = value.replace(" ", "")
    if not known:
        remarks.fault(f"{name} {shortened(value)!r} can't be read, and is passed over")
    elif known != plain:
        remarks.fault(f"{name} {shortened(value)!r} is read as {known}")
    return known


def _own(manner: Manner, piece_s: Manner) -> Manner:
    """What of a manner isn't that of the piece."""
    return Manner(
        None if manner.key == piece_s.key else manner.key,
        None if manner.tempo_bpm == piece_s.tempo_bpm else manner.tempo_bpm,
        manner.style,
    )
