"""Reading MusicXML: our own files come back, and other programs' ways are understood."""

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.errors import ShinkoError
from shinko.export.notation.musicxml import musicxml_bytes
from shinko.intake.bounded import IntakeError
from shinko.intake.musicxml import parse_musicxml, read_musicxml
from shinko.intake.remarks import Remarks
from shinko.printable import in_one_line
from shinko.score.bars import folded, written
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.score.words import Lyric
from shinko.theory import QUALITIES, Key, RomanChord, parse_roman
from shinko.theory.keys import MODES

KEYS = [Key.of_signature(fifths, mode) for mode in MODES for fifths in range(-7, 8)]
# On the grids of notation, so that what is sung comes back as it was.
SUNG_BEATS = [0.25, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 3.0]
DEGREES = ["I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII"]


@st.composite
def pieces(draw):
    lengths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    count = sum(lengths)
    some_beats = st.sampled_from([1 / 16, 1 / 12, 1 / 3, 0.5, 1.0, 1.5, 2.7, 4.0, 11.0])
    beats = tuple(draw(st.lists(some_beats, min_size=count, max_size=count)))
    chords = []
    for _ in range(count):
        quality = draw(st.sampled_from(list(QUALITIES)))
        inversion = draw(st.integers(0, len(QUALITIES[quality]) - 1))
        degree = parse_roman(draw(st.sampled_from(DEGREES)))
        chords.append(replace(degree, quality=quality, inversion=inversion))
    names = st.sampled_from(["", "A", "B", "サビ 2", "<b>&\x00"])
    sections = tuple(Section(draw(names), length, draw(st.integers(1, 4))) for length in lengths)
    melody, now = [], 0.0
    for length in draw(st.lists(st.sampled_from(SUNG_BEATS), max_size=12)):
        if now + length <= sum(beats) and draw(st.booleans()):
            melody.append(MelodyNote(now, length, draw(st.integers(24, 100))))
        now += length if length in (1 / 3, 2 / 3) else max(1.0, length)
        now = round(now * 12) / 12
    return Progression(
        tuple(chords),
        draw(st.sampled_from(KEYS)),
        beats,
        tempo_bpm=draw(st.sampled_from([20, 66.6, 132.25, 400])),
        meter=draw(st.sampled_from([(4, 4), (3, 4), (6, 8), (7, 8), (12, 8), (1, 32)])),
        title=draw(st.text(max_size=12)),
        sections=draw(st.sampled_from([(), sections])),
    ), tuple(melody)


def as_read(piece: Progression) -> Progression:
    """What is expected back: repeats folded, beats in ticks, an only section without a name."""
    piece = folded(piece)
    beats = [
        (chord.end_tick - chord.start_tick) / 480 for p in written(piece) for chord in p.chords
    ]
    sections = tuple(replace(s, name=in_one_line(s.name)) for s in piece.sections)
    if [(s.name, s.times) for s in sections] == [("", 1)]:
        sections = ()
    title = in_one_line(piece.title)
    return replace(piece, beats=tuple(beats), sections=sections, title=title)


def facts(piece: Progression) -> dict[str, object]:
    return {
        "names": piece.names,
        "beats": piece.beats,
        "key": piece.key,
        "tempo": piece.tempo_bpm,
        "meter": piece.meter,
        "title": piece.title,
        "sections": piece.sections,
    }


@given(drawn=pieces(), layout=st.sampled_from(["lead", "grand"]))
def test_our_own_files_come_back(drawn, layout):
    piece, _ = drawn
    back = parse_musicxml(musicxml_bytes(piece, layout=layout))
    assert facts(back) == facts(as_read(piece))
    assert back.melody == ()


@given(drawn=pieces(), layout=st.sampled_from(["lead", "grand"]))
def test_a_melody_on_the_grid_comes_back(drawn, layout):
    piece, melody = drawn
    count = len(piece.chords)
    melody = tuple(n for n in melody if n.start_beats + n.beats <= 4 * count)
    sung = replace(piece, beats=(4.0,) * count, meter=(4, 4), sections=(), melody=melody)
    back = parse_musicxml(musicxml_bytes(sung, layout=layout))
    assert [note.pitch for note in back.melody] == [note.pitch for note in sung.melody]
    for note, ours in zip(back.melody, sung.melody, strict=True):
        assert note.start_beats == pytest.approx(ours.start_beats, abs=1 / 480)
        assert note.beats == pytest.approx(ours.beats, abs=1 / 480)


def progression(numerals: str, key: str = "C", beats: float = 4.0, **fields) -> Progression:
    chords = tuple(map(parse_roman, numerals.split()))
    return Progression(chords, Key.parse(key), (beats,) * len(chords), **fields)


def test_a_melody_keeps_to_its_section():
    sections = (Section("A", 1, 2), Section("B", 1))
    melody = (MelodyNote(0.5, 1.0, 60), MelodyNote(6.0, 2.0, 64))
    piece = progression("I V", sections=sections, melody=melody)
    back = parse_musicxml(musicxml_bytes(piece))
    assert (back.sections, back.melody) == (sections, melody)


HEAD = (
    "<attributes><divisions>2</divisions><key><fifths>{fifths}</fifths>{mode}</key>"
    "<time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
)
NOTE = "<note><rest/><duration>8</duration></note>"


def symbol(root: str, kind: str = "major", more: str = "", text: str | None = None) -> str:
    step, alter = root[0], root.count("#") - root.count("b")
    told = "" if text is None else f' text="{text}"'
    return (
        f"<harmony><root><root-step>{step}</root-step><root-alter>{alter}</root-alter></root>"
        f"<kind{told}>{kind}</kind>{more}</harmony>"
    )


def score(*bars: str, fifths: int = 0, mode: str = "<mode>major</mode>", head: str = "") -> bytes:
    first = HEAD.format(fifths=fifths, mode=mode)
    measures = "".join(
        f'<measure number="{number}">{first if number == 1 else ""}{bar}</measure>'
        for number, bar in enumerate(bars, start=1)
    )
    return (
        f'<score-partwise version="3.1">{head}<part-list><score-part id="P1"><part-name/>'
        f'</score-part></part-list><part id="P1">{measures}</part></score-partwise>'
    ).encode()


def read(*bars: str, **options) -> Progression:
    return parse_musicxml(score(*bars, **options))


def shown(piece: Progression) -> str:
    return " ".join(f"{n}:{b:g}" for n, b in zip(piece.names, piece.beats, strict=True))


def test_a_chord_lasts_until_the_next_one():
    piece = read(symbol("C") + NOTE, NOTE, symbol("G", "dominant") + NOTE)
    assert shown(piece) == "C:8 G7:4"


def test_positions_come_from_notes_offsets_backup_and_forward():
    half = "<note><rest/><duration>4</duration></note>"
    assert shown(read(symbol("C") + half + symbol("F") + half)) == "C:2 F:2"
    offset = symbol("F", more="<offset>3</offset>")
    assert shown(read(symbol("C") + offset + NOTE)) == "C:1.5 F:2.5"
    moved = (
        "<backup><duration>8</duration></backup><forward><duration>6</duration></forward>"
        + symbol("F")
    )
    assert shown(read(symbol("C") + NOTE + moved)) == "C:3 F:1"


def test_a_chord_whose_offset_reaches_the_next_bar_begins_there():
    late = symbol("F", more="<offset>10</offset>")
    assert shown(read(symbol("C") + late + NOTE, NOTE)) == "C:5 F:3"


def test_bars_of_symbols_alone_have_the_length_of_the_meter():
    assert shown(read(symbol("C"), symbol("F") + symbol("G", more="<offset>4</offset>"))) == (
        "C:4 F:2 G:2"
    )


@pytest.mark.parametrize(
    ("harmony", "name"),
    [
        (symbol("Bb", "half-diminished"), "B♭ø7"),
        (symbol("C", "major", "<bass><bass-step>E</bass-step></bass>"), "C/E"),
        (
            symbol(
                "C", "major", "<bass><bass-step>B</bass-step><bass-alter>-1</bass-alter></bass>"
            ),
            "C/B♭",
        ),
        (symbol("C", "major", "<inversion>1</inversion>"), "C/E"),
        (symbol("C", "dominant", "<inversion>3</inversion>"), "C7/B♭"),
        (symbol("C", "major", "<bass><bass-step>C</bass-step></bass>"), "C"),
        (symbol("C", "", text="m7b5"), "Cø7"),
        (
            "<harmony><numeral><numeral-root>5</numeral-root></numeral>"
            "<kind>dominant</kind></harmony>",
            "G7",
        ),
        ("<harmony><root><root-step>D</root-step></root></harmony>", "D"),
    ],
)
def test_a_chord_symbol_is_read(harmony, name):
    assert read(harmony + NOTE).names == (name,)


def test_functions_and_alternate_symbols_are_left_out():
    function = "<harmony><function>V</function><kind>none</kind></harmony>"
    alternate = symbol("A").replace("<harmony>", '<harmony type="alternate">')
    assert shown(read(symbol("C") + function + alternate + NOTE)) == "C:4"


def test_no_chord_goes_on_with_the_chord_before_but_for_the_rest_of_the_last_bar():
    half = "<note><rest/><duration>4</duration></note>"
    silence = symbol("C", "none", text="N.C.")
    piece = read(symbol("C") + half + silence + half, symbol("F") + half + silence + half)
    assert shown(piece) == "C:4 F:2"
    assert shown(read(silence + NOTE, symbol("F") + NOTE, silence + NOTE)) == "F:8"


def test_bars_before_the_first_chord_are_left_out():
    assert shown(read(NOTE, NOTE, symbol("C") + NOTE)) == "C:4"


def test_an_upbeat_is_filled_up_to_a_bar():
    quarter = "<note><pitch><step>G</step><octave>4</octave></pitch><duration>2</duration></note>"
    piece = read(symbol("G") + quarter, symbol("C") + NOTE)
    assert shown(piece) == "G:4 C:4"
    assert piece.melody == (MelodyNote(3.0, 1.0, 67),)


def test_without_a_mode_the_chords_decide():
    chords = [symbol(c, k) + NOTE for c, k in [("A", "minor"), ("E", "dominant"), ("A", "minor")]]
    assert read(*chords, mode="").key == Key.parse("A minor")
    major = [symbol(c) + NOTE for c in "CFGC"]
    assert read(*major, mode="").key == Key.parse("C")
    assert read(*chords, mode="<mode>none</mode>").key == Key.parse("A minor")


@pytest.mark.parametrize(
    ("fifths", "mode", "key"),
    [
        (0, "dorian", "D dorian"),
        (2, "mixolydian", "A mixolydian"),
        (-4, "phrygian", "C phrygian"),
        (1, "Lydian", "C lydian"),
        (-3, "minor", "C minor"),
        (-3, "aeolian", "C minor"),
        (1, "ionian", "G"),
        (8, "major", "Ab"),
        (9, "dorian", "F dorian"),
    ],
)
def test_a_mode_is_kept(fifths, mode, key):
    piece = read(symbol("D") + NOTE, fifths=fifths, mode=f"<mode>{mode}</mode>")
    assert piece.key == Key.parse(key)


def test_locrian_is_told_and_read_as_minor():
    remarks = Remarks()
    piece = parse_musicxml(
        score(symbol("B", "diminished") + NOTE, mode="<mode>locrian</mode>"), remarks=remarks
    )
    assert (str(piece.key), piece.names) == ("B minor", ("B°",))
    assert str(remarks) == "locrian is read as minor, its chords as they are"


def sound(tempo: str) -> str:
    return f'<direction><direction-type/><sound tempo="{tempo}"/></direction>'


@pytest.mark.parametrize(
    ("told", "tempo"),
    [
        (sound("90.5"), 90.5),
        (sound("999"), 400),
        (sound("fast"), 120),
        ("", 120),
        (
            "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
            "<per-minute>c. 60</per-minute></metronome></direction-type></direction>",
            90,
        ),
    ],
)
def test_the_tempo_counts_quarters(told, tempo):
    assert read(told + symbol("C") + NOTE).tempo_bpm == tempo


def mark(name: str) -> str:
    kind = f"<direction-type><rehearsal> {name} </rehearsal></direction-type>"
    return f"<direction>{kind}</direction>"


def bar_line(more: str = "", location: str = "right") -> str:
    return f'<barline location="{location}">{more}</barline>'


FORWARD = bar_line('<repeat direction="forward"/>', "left")
BACKWARD = bar_line('<repeat direction="backward"/>')
C, F, G, A = (symbol(root) + NOTE for root in "CFGA")


def form(piece: Progression) -> list[tuple[str, str, int]]:
    found, first = [], 0
    for section in piece.sections or (Section("-", len(piece.chords)),):
        names = "".join(piece.names[first : first + section.length])
        found.append((section.name, names, section.times))
        first += section.length
    return found


def test_section_marks_and_repeats_make_sections():
    piece = read(mark("A") + C, F + BACKWARD, mark("B") + G, A)
    assert form(piece) == [("A", "CF", 2), ("B", "GA", 1)]
    piece = read(C, FORWARD + F, G + BACKWARD.replace("/>", ' times="3"/>'), A)
    assert form(piece) == [("", "C", 1), ("", "FG", 3), ("", "A", 1)]


def test_a_double_bar_line_ends_a_section():
    double = bar_line("<bar-style>light-light</bar-style>")
    assert form(read(C + double, F, G)) == [("", "C", 1), ("", "FG", 1)]


def test_a_repeat_over_several_sections_is_written_out():
    piece = read(mark("A") + C, mark("B") + F + BACKWARD)
    assert form(piece) == [("A", "C", 1), ("B", "F", 1), ("A", "C", 1), ("B", "F", 1)]


def test_endings_are_written_out():
    def ending(number: str, what: str) -> str:
        return bar_line(f'<ending number="{number}" type="start"/>', "left") + what

    stop = bar_line('<ending number="1" type="stop"/><repeat direction="backward"/>')
    piece = read(mark("A") + C, ending("1", F) + stop, ending("2", G), mark("B") + A)
    assert form(piece) == [("A", "CF", 1), ("A", "CG", 1), ("B", "A", 1)]
    piece = read(C, ending("1, 2", F) + stop, ending("3", G), A)
    assert [names for _, names, _ in form(piece)] == ["CF", "CF", "CGA"]


def test_a_section_without_its_own_first_chord_takes_on_the_one_before():
    assert shown(read(C, mark("B") + NOTE, G)) == "C:4 C:4 G:4"


def pitch(step: str, octave: int, duration: int, more: str = "") -> str:
    return (
        f"<note><pitch><step>{step}</step><octave>{octave}</octave></pitch>"
        f"<duration>{duration}</duration>{more}</note>"
    )


def test_a_melody_is_the_top_of_the_first_voice_with_ties_merged():
    chord = pitch("E", 4, 2).replace("<note>", "<note><chord/>")
    tied = pitch("D", 4, 2, '<tie type="start"/>') + pitch("D", 4, 2, '<tie type="stop"/>')
    second = "<backup><duration>8</duration></backup>" + pitch("C", 3, 8, "<voice>2</voice>")
    grace = "<note><grace/><pitch><step>B</step><octave>4</octave></pitch></note>"
    piece = read(symbol("C") + pitch("C", 4, 2) + chord + grace + tied + pitch("G", 4, 2) + second)
    assert piece.melody == (
        MelodyNote(0.0, 1.0, 64),
        MelodyNote(1.0, 2.0, 62),
        MelodyNote(3.0, 1.0, 67),
    )


def test_slashes_and_accompaniment_are_no_melody():
    slashes = pitch("B", 4, 8, "<notehead>slash</notehead>")
    assert read(symbol("C") + slashes).melody == ()
    started = '<attributes><measure-style><slash type="start"/></measure-style></attributes>'
    assert read(symbol("C") + started + pitch("B", 4, 8)).melody == ()
    chords = "".join(
        pitch(step, 4, 8).replace("<note>", f"<note>{'<chord/>' if step != 'C' else ''}")
        for step in "CEG"
    )
    assert read(symbol("C") + chords).melody == ()


def test_a_score_by_measures_is_read_too():
    timewise = (
        '<score-timewise><part-list/><measure number="1"><part id="P1">'
        + HEAD.format(fifths=0, mode="")
        + f'{C}</part></measure><measure number="2"><part id="P1">{G}</part></measure>'
        "</score-timewise>"
    )
    assert shown(parse_musicxml(timewise.encode())) == "C:4 G:4"


def test_the_first_part_with_chord_symbols_counts():
    data = score(symbol("C") + NOTE).decode()
    drums = '<part id="P0"><measure number="1"><note><rest/><duration>1</duration></note>'
    data = data.replace("<part id=", f"{drums}</measure></part><part id=", 1)
    assert shown(parse_musicxml(data.encode())) == "C:4"


def test_a_title_is_of_the_work_or_the_movement():
    work = "<work><work-title> A  song\n</work-title></work>"
    assert read(C, head=work).title == "A song"
    assert read(C, head="<movement-title>Blue</movement-title>").title == "Blue"


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            # Of one time, so that the tests made of it have one name in every process.
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def container(path: str) -> bytes:
    return f'<container><rootfiles><rootfile full-path="{path}"/></rootfiles></container>'.encode()


def test_a_compressed_file_is_read(tmp_path):
    path = tmp_path / "song.mxl"
    path.write_bytes(packed({"META-INF/container.xml": container("x/s.xml"), "x/s.xml": score(C)}))
    assert read_musicxml(path).names == ("C",)
    assert parse_musicxml(packed({"s.musicxml": score(C)})).names == ("C",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(encoding):
    name = {"utf-8-sig": "UTF-8", "latin-1": "ISO-8859-1"}.get(encoding, encoding)
    text = score(C, head="<movement-title>Für Élise</movement-title>").decode()
    data = f'<?xml version="1.0" encoding="{name}"?>{text}'.encode(encoding)
    assert parse_musicxml(data).title == "Für Élise"


def test_musicxml_with_its_usual_document_type_is_read():
    doctype = b'<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD" "http://x.invalid/p.dtd">'
    assert parse_musicxml(doctype + score(C)).names == ("C",)


def test_names_follow_the_key_they_are_read_in():
    assert [RomanChord(5, 0, "7").name(Key.parse("C"))] == ["G7"]
    piece = read(symbol("G", "dominant") + NOTE, symbol("A", "dominant") + NOTE)
    assert piece.roman_numerals == ("V7", "V7/ii")


def _below(step: str) -> str:
    """A note of the chord that sounds."""
    return pitch(step, 3, 8).replace("<note>", "<note><chord/>")


REST = "<note><rest/><duration>8</duration></note>"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no well-formed XML"),
        (b"hello", "no well-formed XML: syntax error"),
        (b"<a>", "no well-formed XML"),
        (b"\x89PNG\r\n\x1a\n", "no well-formed XML"),
        (b"<museScore/>", "its root is <museScore>, not <score-partwise>; export MusicXML"),
        (b"<score-partwise/>", "it has neither chord symbols nor notes; export a lead sheet"),
        (
            score(pitch("C", 4, 8) + "".join(_below(step) for step in "EGB")),
            "it has notes but no chord symbols; .* export it as MIDI",
        ),
        (score(symbol("C", "none") + REST), "its chord symbols are all N.C."),
        (score(symbol("H") + NOTE), "bar 1: <root-step> is 'H'; a letter A to G is expected"),
        (b"<lyric/>", "its root is <lyric>, not <score-partwise>"),
        (
            score(symbol("C", more="<inversion>3</inversion>") + NOTE),
            "bar 1: inversion 3 of C; it has no such note",
        ),
        (
            score(C, NOTE.replace("8", "-8")),
            "bar 2: <duration> is -8; 0 or more is expected",
        ),
        (score(C, NOTE.replace("8", "9" * 9)), "bar 2: longer than 1024 quarters; check its dur"),
        (score(C, NOTE.replace("8", "1e9")), "bar 2: <duration> is '1e9'; a number is expected"),
        (score(C).replace(b">2<", b">0<"), "bar 1: <divisions> is 0; more than 0 is expected"),
        (score(C.replace("<duration>8</duration>", "")), "bar 1: <duration> is ''; a number is"),
        (score(C).replace(b"<beats>4", b"<beats>0"), "meter 0/4; 1 to 32 is expected"),
        (score(C).replace(b"<beats>4", b"<beats>x"), "meter 'x'/4; whole numbers are expected"),
        (score(C, fifths=99), "<fifths> is 99; -14 to 14 is expected"),
        (score(*[C] * 513), "513 chords with repeats written out, 512 at most; take a part of"),
        (score(*["<note/>"] * 2001 + [C]), "2,002 bars, 2,000 at most; export a part of it"),
        (
            score(C + bar_line('<repeat direction="backward" times="99"/>')),
            "bar 1: repeated 99 times; 1 to 16 is expected",
        ),
        (
            score(C + bar_line('<repeat direction="backward" times="0000019999999"/>')),
            "bar 1: repeated 0000019999999 times; 1 to 16 is expected",
        ),
        (
            score(bar_line('<ending number="17" type="start"/>') + C),
            "bar 1: an ending for times '17'; 1 to 16 is expected",
        ),
        (
            score(C, *[bar_line('<ending number="1" type="start"/>', "left") + F + BACKWARD] * 17),
            "bar 18: ending 17; 16 at most; write some of them out",
        ),
        (score(symbol("C") * 257 + NOTE), "bar 1: more than 256 chord symbols; delete some"),
        (
            b'<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><a>&m;</a>',
            "it declares entities or elements of its own; export it anew",
        ),
        (
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "secret.txt">]><a>&x;</a>',
            "it declares entities or elements of its own; export it anew",
        ),
        (b"<a>" * 1_000_000, "elements nested more than 24 deep; export it anew"),
        (b"<a>" + b"<b/>" * 400_000 + b"</a>", "more than 400,000 elements; give a part of it"),
        (b'<?xml version="1.0" encoding="rot13"?><a/>', "its encoding can't be read"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "its encoding can't be read"),
        (packed({"a.txt": b""}), "an archive without META-INF/container.xml; export it anew"),
        (
            packed({"META-INF/container.xml": container("../../etc/passwd")}),
            "names '../../etc/passwd'; export it anew",
        ),
        (packed({"META-INF/container.xml": b"<container/>"}), "names no file; export it anew"),
        (
            packed({"a.xml": b" " * 50_000_000}),
            "'a.xml' has more than 8,000,000 bytes; give a part of it",
        ),
        (packed({f"{n}.xml": b"" for n in range(1001)}), "an archive of more than 1,000 files"),
        (packed({"a.xml": score(C)}, zipfile.ZIP_LZMA), "'a.xml' is packed by method 14"),
        (packed({"a.xml": score(C)})[:40], "a broken archive"),
    ],
)
def test_what_can_not_be_read_is_told_in_one_line(tmp_path, data, message):
    path = tmp_path / "file.musicxml"
    path.write_bytes(data)
    with pytest.raises(IntakeError, match=message) as caught:
        read_musicxml(path)
    assert "\n" not in str(caught.value)
    assert "file.musicxml" in str(caught.value)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path):
    with pytest.raises(IntakeError, match="no such file"):
        read_musicxml(tmp_path / "none.musicxml")
    large = tmp_path / "large.musicxml"
    with open(large, "wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(IntakeError, match="larger than 8,000,000 bytes"):
        read_musicxml(large)


def told_of(*bars: str, head: str = "") -> str:
    remarks = Remarks()
    parse_musicxml(score(*bars, head=head), remarks=remarks)
    return str(remarks)


TENOR = (
    "<attributes><divisions>2</divisions><key><fifths>2</fifths></key><transpose>"
    "<diatonic>-1</diatonic><chromatic>-2</chromatic><octave-change>-1</octave-change>"
    "</transpose></attributes>"
)


def test_a_transposing_instrument_is_moved_to_concert_pitch():
    bar = symbol("D", "minor") + pitch("D", 4, 4) + symbol("G", "dominant") + pitch("G", 4, 4)
    data = (
        '<score-partwise><part id="P1"><measure number="1">'
        f"{TENOR}{bar}</measure></part></score-partwise>"
    ).encode()
    remarks = Remarks()
    piece = parse_musicxml(data, remarks=remarks)
    assert (piece.names, piece.key) == (("Cm", "F7"), Key.parse("C"))
    assert [note.pitch for note in piece.melody] == [62 - 14, 67 - 14]
    assert str(remarks) == "a transposing instrument: its chords and notes are at concert pitch"


def test_what_a_progression_does_not_have_is_told():
    c, g = symbol("C") + NOTE, symbol("G") + NOTE
    assert told_of(c, g) == ""
    jump = '<direction><direction-type><words/></direction-type><sound dacapo="yes"/></direction>'
    words = "<direction><direction-type><words>D.S. al Fine</words></direction-type></direction>"
    jumps = "jumps (D.C., D.S., coda) aren't followed: bars in their order"
    assert told_of(c, g + jump) == told_of(c, words + g) == jumps
    silence = symbol("C", "none", text="N.C.") + NOTE
    assert told_of(c, silence, g) == "N.C. within a section: the chord before it sounds on"
    assert told_of(pitch("G", 4, 8), c) == "notes in bars before the first chord are left out"
    time = "<attributes><time><beats>3</beats><beat-type>4</beat-type></time></attributes>"
    assert told_of(c, time + g) == "the meter changes, the first one is taken for all bars"
    key = "<attributes><key><fifths>2</fifths></key></attributes>"
    assert told_of(c, key + g) == "the key changes, the first one is taken for all bars"


@pytest.mark.parametrize(
    ("harmony", "name", "remark"),
    [
        (symbol("C", "Neapolitan"), "C", "('C neapolitan as C')"),
        (symbol("C", "half-nonsense", text="m7(xyz)"), "Cm7", "('Cm7(xyz) as Cm7')"),
        (symbol("C", "diminished-nonsense"), "C°", "('C diminished-nonsense as C°')"),
        (symbol("C", "augmented-major-ninth"), "Cmaj9♯5", ""),
        (symbol("C", "suspended-fourth-seventh", text="7sus4"), "C7sus4", ""),
    ],
)
def test_a_kind_of_others_costs_its_chord_some_colour_and_not_the_file(harmony, name, remark):
    bars = harmony + NOTE, symbol("F") + NOTE
    assert read(*bars).names == (name, "F")
    assert told_of(*bars) == (f"chords read as simpler ones: 1 {remark}" if remark else "")


def test_a_length_may_begin_with_its_point():
    half = NOTE.replace("8", ".5")
    assert (
        shown(read(symbol("C") + half + symbol("F") + NOTE.replace("8", "7.5"))) == "C:0.25 F:3.75"
    )


def test_some_bars_are_taken_with_their_melody():
    bars = [symbol(root) + pitch(root, 5, 8) for root in "CFGA"]
    taken = parse_musicxml(score(*bars), bars=(2, 3))
    assert shown(taken) == "F:4 G:4"
    assert taken.melody == (MelodyNote(0, 4, 77), MelodyNote(4, 4, 79))
    assert len(parse_musicxml(score(*bars * 200), bars=(9, 16)).chords) == 8
    with pytest.raises(IntakeError, match="bars 5 to 6: there are 4"):
        parse_musicxml(score(*bars), bars=(5, 6))


VALID = [
    musicxml_bytes(progression("I V7/b7 vi iiø7", sections=(Section("A", 2, 2), Section("B", 2)))),
    musicxml_bytes(progression("i bVI", key="F#m", melody=(MelodyNote(0, 1 / 3, 60),))),
    score(mark("A") + symbol("C", "dominant", "<inversion>1</inversion>") + pitch("C", 4, 8)),
    packed({"META-INF/container.xml": container("s.xml"), "s.xml": score(C, G)}),
]
TOKENS = [
    *(b"0", b"-1", b"1e999", b"9" * 400, b"nan", b"0.0000000001", b"\xff", b"\x00", b"&x;", b"<"),
    *(b">", b"</measure>", b"<measure>", b"<note>", b"<duration/>", b"none", b"other", b"+", b"/"),
    *(
        b"<chord/>",
        b"<forward>",
        b"<repeat direction='backward'/>",
        b"<divisions>",
        b"\xe2\x99\xad",
    ),
]


def complaint(data: bytes) -> str:
    """What is wrong with a file; nothing else than a ShinkoError may be raised."""
    try:
        parse_musicxml(data)
    except ShinkoError as error:
        return str(error)
    return ""


@given(
    st.sampled_from(VALID),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(TOKENS)), max_size=4),
)
def test_a_damaged_file_is_read_or_refused_in_one_line(data, damages):
    for place, length, token in damages:
        at = int(place * len(data))
        data = data[:at] + token + data[at + length :]
    assert "\n" not in complaint(data)


NUMBERS = st.sampled_from(
    ["0", "1", "-1", "2", "3", "12", "1.5", "480", "1000000000", "-0.5", "x", "", "٣", "1e3"]
)
TAGS = [
    *("divisions", "fifths", "beats", "beat-type", "duration", "root-alter", "bass-alter"),
    *("degree-value", "degree-alter", "octave", "alter", "offset", "inversion", "numeral-root"),
    *("staff", "voice"),
]


@given(st.data())
def test_any_number_anywhere_is_read_or_refused_in_one_line(data):
    leaf = {tag: f"<{tag}>{data.draw(NUMBERS)}</{tag}>" for tag in TAGS}
    time = f"<time>{leaf['beats']}{leaf['beat-type']}</time>"
    bass = f"<bass><bass-step>E</bass-step>{leaf['bass-alter']}</bass>"
    degree = f"<degree>{leaf['degree-value']}{leaf['degree-alter']}</degree>"
    root = f"<root><root-step>C</root-step>{leaf['root-alter']}</root>"
    extra = data.draw(st.sampled_from([bass, degree, leaf["inversion"], ""]))
    offset = data.draw(st.sampled_from([leaf["offset"], ""]))
    spelled = f"<pitch><step>C</step>{leaf['alter']}{leaf['octave']}</pitch>"
    bar = (
        f"<attributes>{leaf['divisions']}<key>{leaf['fifths']}</key>{time}</attributes>"
        f"<harmony>{root}<kind>dominant</kind>{extra}{offset}</harmony>"
        f"<note>{spelled}{leaf['duration']}{leaf['voice']}{leaf['staff']}</note>"
        f"<harmony><numeral>{leaf['numeral-root']}</numeral><kind/></harmony>"
    )
    text = f'<score-partwise><part id="P"><measure>{bar}</measure></part></score-partwise>'
    assert "\n" not in complaint(text.encode())


def turn(fifths: int, mode: str = "") -> str:
    told = f"<mode>{mode}</mode>" if mode else ""
    return f"<attributes><key><fifths>{fifths}</fifths>{told}</key></attributes>"


def keys_of(piece: Progression) -> list[str]:
    return [str(piece.key_of(section)) for section in piece.sections]


def test_a_section_has_the_key_and_the_tempo_that_it_begins_in():
    piece = read(
        mark("A") + sound("100") + C,
        F,
        turn(-3, "major") + mark("B") + sound("84") + symbol("Eb") + NOTE,
        mark("C") + symbol("Bb") + NOTE,
        turn(0, "minor") + mark("D") + sound("100") + symbol("A", "minor") + NOTE,
    )
    assert keys_of(piece) == ["C major", "E♭ major", "E♭ major", "A minor"]
    assert [piece.tempo_of(section) for section in piece.sections] == [100, 84, 84, 100]
    assert piece.roman_numerals == ("I", "IV", "I", "V", "i")


def test_without_modes_the_chords_under_a_signature_decide():
    minor = symbol("A", "minor") + NOTE, symbol("E", "dominant") + NOTE
    piece = read(
        *(mark("A") + minor[0], minor[1], minor[0]),
        *(turn(1) + mark("B") + G, symbol("D") + NOTE, symbol("D", "dominant") + NOTE + NOTE),
        *(turn(0) + mark("C") + C, minor[1], minor[0], minor[0]),
        mode="",
    )
    # C comes under the first signature again: one answer for both.
    assert keys_of(piece) == ["A minor", "G major", "A minor"]


def test_a_key_within_a_section_is_told_and_left_out():
    piece = read(mark("A") + C, turn(1) + G, mark("B") + symbol("D") + NOTE)
    assert keys_of(piece) == ["C major", "G major"]
    bars = mark("A") + C, turn(1) + G, mark("B") + symbol("D") + NOTE
    within = "the key changes within a section, which keeps the one that it begins with"
    assert told_of(*bars) == within
    assert told_of(C, turn(1) + G) == "the key changes, the first one is taken for all bars"
    assert told_of(C, turn(0) + G) == ""


def test_a_later_key_that_can_not_be_read_is_passed_over():
    bars = mark("A") + C, turn(99) + mark("B") + G
    assert keys_of(read(*bars)) == ["C major", "C major"]
    assert told_of(*bars) == "a change of key that can't be read is passed over"


def test_a_transposing_instrument_s_keys_all_sound_lower():
    piece = parse_musicxml(
        (
            '<score-partwise><part id="P1"><measure number="1">'
            + TENOR
            + symbol("D")
            + NOTE
            + '</measure><measure number="2">'
            + turn(-1)
            + mark("B")
            + symbol("F")
            + NOTE
            + "</measure></part></score-partwise>"
        ).encode()
    )
    assert (piece.names, keys_of(piece)) == (("C", "E♭"), ["C major", "E♭ major"])


@pytest.mark.parametrize(
    ("words", "slows"),
    [
        ("rit.", True),
        ("poco rit.", True),
        ("rallentando", True),
        ("a tempo", False),
        ("Ritual dance", False),
    ],
)
def test_words_near_the_end_say_that_it_slows_down(words, slows):
    told = f"<direction><direction-type><words>{words}</words></direction-type></direction>"
    assert read(C, told + F, G).ritardando is slows
    assert not read(told + C, F, G, A, C, F).ritardando


def sung(step: str, text: str, syllabic: str, more: str = "") -> str:
    lyric = f"<lyric><syllabic>{syllabic}</syllabic><text>{text}</text>{more}</lyric>"
    return pitch(step, 4, 4).replace("</note>", f"{lyric}</note>")


def test_words_are_read_with_their_notes():
    piece = read(
        symbol("C") + sung("C", "Twin", "begin") + sung("C", "kle", "end"),
        symbol("G") + sung("G", "star", "single", "<end-line/>") + pitch("G", 4, 4),
    )
    assert piece.lyrics == (Lyric(0.0, "Twin"), Lyric(2.0, "kle "), Lyric(4.0, "star\n"))


def test_a_melody_alone_is_kept_as_one():
    remarks = Remarks()
    data = score(sung("C", "la", "single"), pitch("D", 4, 8), fifths=2)
    piece = parse_musicxml(data, remarks=remarks)
    assert piece.melody_alone
    assert [note.pitch for note in piece.melody] == [60, 62]
    assert [lyric.text for lyric in piece.lyrics] == ["la "]
    assert str(remarks) == "a melody without chord symbols"
    again = parse_musicxml(musicxml_bytes(piece))
    assert (again.melody, again.melody_alone) == (piece.melody, True)
