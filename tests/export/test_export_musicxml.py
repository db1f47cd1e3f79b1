"""MusicXML: valid by the official schema, and notated as it should be."""

import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from musicxml_schema import load_schema

from shinko import __version__
from shinko.export.notation.musicxml import LayoutError, musicxml_bytes
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.score.voicing import Voicing
from shinko.tables import builtin_names, load_table
from shinko.theory import QUALITIES, Key, RomanChord, parse_roman, parse_token
from shinko.theory.keys import MODES
from shinko.theory.kinds import KINDS

USUAL_KEYS = [Key.of_signature(fifths, mode) for mode in MODES for fifths in range(-7, 8)]


@pytest.fixture(scope="session")
def schema():
    """The official MusicXML 4.0 schema."""
    pytest.importorskip("lxml.etree")
    return load_schema()


def check(schema, data: bytes) -> None:
    from lxml import etree

    schema.assertValid(etree.fromstring(data))


def progression(numerals: str, key: str = "C", beats: float = 4.0, **fields) -> Progression:
    chords = tuple(map(parse_roman, numerals.split()))
    return Progression(chords, Key.parse(key), (beats,) * len(chords), **fields)


def tree(data: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(data)


def lead(piece: Progression, **options) -> ElementTree.Element:
    return tree(musicxml_bytes(piece, **options))


def texts(root: ElementTree.Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(path)]


@cache
def table_tokens() -> tuple[str, ...]:
    return tuple(sorted({t for name in builtin_names() for t in load_table(name).vocabulary}))


@pytest.mark.parametrize("key", USUAL_KEYS, ids=str)
def test_every_chord_of_the_tables_is_valid_in_every_key(schema, key):
    chords = [parse_token(token) for token in table_tokens()]
    for first in range(0, len(chords), 64):
        some = tuple(chords[first : first + 64])
        check(schema, musicxml_bytes(Progression(some, key, (2.0,) * len(some))))


@pytest.mark.parametrize("key", USUAL_KEYS, ids=str)
def test_every_quality_is_valid_in_every_key(schema, key):
    chords = tuple(
        RomanChord(1 + index % 7, index % 3 - 1, quality, index % 2)
        for index, quality in enumerate(QUALITIES)
    )
    piece = Progression(chords, key, (1.5,) * len(chords))
    check(schema, musicxml_bytes(piece))
    check(schema, musicxml_bytes(piece, degrees=False, numerals=False))


@st.composite
def pieces(draw):
    """Any progression: sections, repeats, melody, odd beats and meters."""
    lengths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    count = sum(lengths)
    some_beats = st.sampled_from([1 / 16, 1 / 12, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.7, 4.0, 11.0])
    beats = tuple(draw(st.lists(some_beats, min_size=count, max_size=count)))
    chords = tuple(
        RomanChord(
            draw(st.integers(1, 7)),
            draw(st.sampled_from([-1, 0, 0, 0, 1])),
            quality := draw(st.sampled_from(list(QUALITIES))),
            draw(st.integers(0, len(QUALITIES[quality]) - 1)),
        )
        for _ in range(count)
    )
    names = st.sampled_from(["", "A", "verse", "サビ", "<b>&\x00"])
    sections = tuple(Section(draw(names), length, draw(st.integers(1, 4))) for length in lengths)
    melody, now = [], 0.0
    for _ in range(draw(st.integers(0, 12))):
        now += draw(st.sampled_from([0.0, 0.25, 1 / 3, 1.1]))
        length = draw(st.sampled_from([0.01, 0.25, 1 / 3, 0.75, 5.0]))
        if now >= sum(beats):
            break
        melody.append(MelodyNote(now, length, draw(st.integers(0, 127))))
        now += length
    return Progression(
        chords,
        draw(st.sampled_from(USUAL_KEYS)),
        beats,
        tempo_bpm=draw(st.sampled_from([20, 66.6, 120, 400])),
        meter=draw(st.sampled_from([(4, 4), (3, 4), (6, 8), (7, 8), (12, 8), (5, 4), (1, 32)])),
        title=draw(st.text(max_size=12)),
        seed=draw(st.none() | st.integers(0, 9)),
        sections=draw(st.sampled_from([(), sections])),
        melody=tuple(melody),
    )


@given(piece=pieces(), layout=st.sampled_from(["lead", "grand"]))
def test_whatever_is_composed_is_valid_and_fills_its_bars(schema, piece, layout):
    data = musicxml_bytes(piece, layout=layout)
    check(schema, data)
    numerator, denominator = piece.meter
    for measure in tree(data).iterfind("part/measure"):
        now, furthest = 0, set()
        for element in measure:
            duration = int(element.findtext("duration", "0"))
            if element.tag == "backup":
                furthest.add(now)
                now -= duration
            elif element.find("chord") is None:
                now += duration
            assert now >= 0
        assert furthest | {now} == {1920 * numerator // denominator}


def test_the_schema_would_notice_a_mistake(schema):
    etree = pytest.importorskip("lxml.etree")
    data = (
        musicxml_bytes(progression("I V")).replace(b"<kind", b"<kink").replace(b"</kind", b"</kink")
    )
    with pytest.raises(etree.DocumentInvalid, match="kink"):
        check(schema, data)


def test_the_same_progression_gives_the_same_bytes():
    assert musicxml_bytes(progression("I V")) == musicxml_bytes(progression("I V"))
    assert b"encoding-date" not in musicxml_bytes(progression("I V"))


def test_a_slash_chord_keeps_its_accidentals():
    (symbol,) = lead(progression("I7/b7")).iter("harmony")
    assert ElementTree.tostring(symbol, encoding="unicode").split() == [
        *("<harmony>", "<root>", "<root-step>C</root-step>", "</root>"),
        *("<kind", 'text="7">dominant</kind>'),
        *("<bass>", "<bass-step>B</bass-step>", "<bass-alter>-1</bass-alter>", "</bass>"),
        "</harmony>",
    ]


def test_what_the_kind_does_not_say_is_told_by_degrees():
    (symbol,) = lead(progression("V7b5b9")).iter("harmony")
    assert symbol.findtext("kind") == "dominant"
    assert texts(symbol, "degree/degree-value") == ["5", "9"]
    assert texts(symbol, "degree/degree-alter") == ["-1", "-1"]
    assert texts(symbol, "degree/degree-type") == ["alter", "add"]


def test_without_degrees_the_text_is_the_whole_symbol():
    (symbol,) = lead(progression("V7b5b9"), degrees=False).iter("harmony")
    assert symbol.find("degree") is None
    assert symbol.find("kind").attrib == {"text": "7♭5♭9"}


@pytest.mark.parametrize("quality", QUALITIES)
def test_kind_and_degrees_are_those_of_the_table(quality):
    piece = Progression((RomanChord(5, 0, quality),), Key.parse("C"), (4.0,))
    (symbol,) = lead(piece).iter("harmony")
    degrees = [
        (int(value), int(alter), kind)
        for value, alter, kind in zip(
            texts(symbol, "degree/degree-value"),
            texts(symbol, "degree/degree-alter"),
            texts(symbol, "degree/degree-type"),
            strict=True,
        )
    ]
    assert (symbol.findtext("kind"), degrees) == (
        KINDS[quality].value,
        [tuple(degree) for degree in KINDS[quality].degrees],
    )


def test_a_key_of_too_many_sharps_is_written_as_the_usual_one_with_its_chords():
    root = lead(progression("I V", key="G#"))
    assert texts(root, ".//fifths") == ["-4"]
    assert texts(root, ".//root-step") == ["A", "E"]
    assert texts(root, ".//root-alter") == ["-1", "-1"]


def test_a_chord_symbol_stands_where_the_chord_begins_to_the_tick():
    piece = replace(progression("I V"), beats=(2.7, 1.3))
    assert starts_of_symbols(lead(piece)) == [0, 1296]


def starts_of_symbols(root: ElementTree.Element) -> list[int]:
    now, starts = 0, []
    for element in root.find("part/measure"):
        if element.tag == "harmony":
            starts.append(now)
        duration = int(element.findtext("duration", "0"))
        now += -duration if element.tag == "backup" else duration
    return starts


def test_numerals_stand_below_where_an_engraver_finds_them():
    root = lead(progression("I vi V"))
    words = [d for d in root.iter("direction") if d.get("placement") == "below"]
    assert texts(root, ".//direction[@placement='below']//words") == ["I", "vi", "V"]
    found = [next(direction.iter("words")).attrib for direction in words]
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    assert found == [{"id": f"roman-{n}", language: "x-roman"} for n in (1, 2, 3)]
    assert not list(lead(progression("I V"), numerals=False).iter("words"))


def test_a_tempo_in_six_eight_counts_dotted_quarters():
    root = lead(progression("I V", beats=3, meter=(6, 8), tempo_bpm=90))
    metronome = next(root.iter("metronome"))
    assert [child.tag for child in metronome] == ["beat-unit", "beat-unit-dot", "per-minute"]
    assert metronome.findtext("beat-unit") == "quarter"
    assert metronome.findtext("per-minute") == "60"
    assert next(root.iter("sound")).get("tempo") == "90"


def test_a_section_played_thrice_stands_between_repeat_signs():
    piece = progression("I V vi IV", sections=(Section("A", 2, 3), Section("B", 2)))
    root = lead(piece)
    repeats = [element.attrib for element in root.iter("repeat")]
    assert repeats == [{"direction": "forward"}, {"direction": "backward", "times": "3"}]
    assert texts(root, ".//rehearsal") == ["A", "B"]
    assert texts(root, ".//bar-style") == ["heavy-light", "light-heavy", "light-heavy"]
    assert texts(root, ".//direction[@placement='above']//words") == ["3×"]


def test_equal_sections_in_a_row_are_written_once():
    piece = progression("I V I V", sections=(Section("A", 2), Section("A", 2)))
    root = lead(piece)
    assert len(root.findall("part/measure")) == 2
    assert [r.get("times") for r in root.iter("repeat")] == [None, "2"]


def test_rest_that_fills_a_bar_is_no_chord():
    root = lead(progression("I", beats=2.0))
    assert texts(root, ".//kind") == ["major", "none"]
    assert starts_of_symbols(root) == [0, 960]
    assert texts(root, ".//note/type") == ["quarter", "quarter", "half"]
    assert len(list(root.iter("rest"))) == 1


def test_a_beat_is_a_slash_without_a_stem_in_the_key():
    root = lead(progression("I", key="Eb"))
    assert texts(root, ".//notehead") == ["slash"] * 4
    assert texts(root, ".//stem") == ["none"] * 4
    assert texts(root, ".//pitch/alter") == ["-1"] * 4  # B♭ needs no sign in E♭ major
    assert not list(root.iter("accidental"))


def test_slashes_make_no_sound_and_a_melody_does():
    piece = progression("I")
    assert lead(piece).findtext(".//volume") == "0"
    sung = replace(piece, melody=(MelodyNote(0, 1, 60),))
    assert lead(sung).find(".//volume") is None


def test_a_chord_off_the_beat_shows_its_rhythm():
    piece = replace(progression("I V"), beats=(1.5, 2.5))
    root = lead(piece)
    assert texts(root, ".//note/type") == ["quarter", "eighth", "eighth", "quarter", "quarter"]
    assert texts(root, ".//beam") == ["begin", "end"]
    assert len(texts(root, ".//stem")) == 3


def melody_of(root: ElementTree.Element) -> list[str]:
    """Notes as "F♯4 eighth", rests as "- half"."""
    shown = []
    for note in root.find("part").iter("note"):
        signs = {"": "", "1": "♯", "-1": "♭", "2": "𝄪", "-2": "𝄫"}
        name = "-"
        if note.find("pitch") is not None:
            alter = signs[note.findtext("pitch/alter", "")]
            name = note.findtext("pitch/step") + alter + note.findtext("pitch/octave")
        dots = "." * len(note.findall("dot"))
        shown.append(f"{name} {note.findtext('type')}{dots}")
    return shown


def sing(numerals: str, *notes: tuple[float, float, int], **fields) -> ElementTree.Element:
    melody = tuple(MelodyNote(*note) for note in notes)
    return lead(progression(numerals, melody=melody, **fields))


def test_a_melody_is_spelled_by_its_chord_then_by_the_key():
    # G♯ is the third of V7/vi, A♭ the ♭6 of C major.
    root = sing("V7/vi I", (0, 2, 68), (4, 2, 68))
    assert melody_of(root) == ["G♯4 half", "- half", "A♭4 half", "- half"]
    assert texts(root, ".//accidental") == ["sharp", "flat"]


@pytest.mark.parametrize(("key", "pitch", "name"), [("Cb", 59, "C♭4"), ("C#", 60, "B♯3")])
def test_the_octave_is_that_of_the_letter(key, pitch, name):
    assert melody_of(sing("I V", (0, 4, pitch), key=key))[0] == f"{name} whole"


def test_an_accidental_holds_until_the_bar_line():
    root = sing("I I", (0, 1, 66), (1, 1, 66), (2, 1, 65), (4, 1, 66))
    assert texts(root, ".//accidental") == ["sharp", "natural", "sharp"]


def test_a_note_over_the_bar_line_is_tied_and_shows_one_accidental():
    root = sing("I I", (3, 2, 66), (5, 1, 66))
    assert [tie.get("type") for tie in root.iter("tie")] == ["start", "stop"]
    assert texts(root, ".//accidental") == ["sharp", "sharp"]


def test_a_triplet_is_bracketed():
    third = 1 / 3
    root = sing("I", (0, third, 60), (third, third, 62), (2 * third, third, 64), (1, 3, 65))
    assert melody_of(root) == ["C4 eighth", "D4 eighth", "E4 eighth", "F4 half."]
    assert [t.get("type") for t in root.iter("tuplet")] == ["start", "stop"]
    assert texts(root, ".//note/duration") == ["160", "160", "160", "1440"]


def test_times_between_the_grids_go_to_the_nearest_sixteenth():
    assert texts(sing("I", (0, 1.1, 60), (2.7, 1.3, 62)), ".//note/duration") == [
        "480",
        *("480", "360"),  # rest
        *("120", "480"),
    ]


def test_a_control_character_in_the_title_does_not_break_the_file():
    root = lead(progression("I", title="a\x00b\x1b\ud800<&>\u2028c"))
    assert root.findtext("work/work-title") == "a b <&> c"


def test_where_it_comes_from_is_told():
    root = lead(progression("I", seed=7, policy="pop", log_probability=-1.5))
    assert texts(root, ".//software") == [f"Shinko {__version__}"]
    fields = {f.get("name"): f.text for f in root.iter("miscellaneous-field")}
    assert fields == {"seed": "7", "policy": "pop", "log-probability": "-1.5"}


def test_a_section_begins_a_system_and_so_does_every_fifth_bar():
    piece = progression("I " * 7, sections=(Section("A", 5), Section("B", 2)))
    breaks = [m.find("print") is not None for m in lead(piece).iterfind("part/measure")]
    assert breaks == [False, False, False, False, True, True, False]


def test_crowded_bars_take_more_of_a_system():
    breaks = [
        m.find("print") is not None
        for m in lead(progression("I ii iii IV V vi " * 3, beats=1.0)).iterfind("part/measure")
    ]
    assert breaks == [False, False, True, False, True]


def test_a_grand_staff_has_the_voicing_on_two_staves():
    voicings = [Voicing((55, 60, 64), 48), Voicing((55, 59, 62), 43)]
    root = lead(progression("I V"), layout="grand", voicings=voicings)
    notes = [
        (note.findtext("staff"), note.findtext("pitch/step") + note.findtext("pitch/octave"))
        for note in root.iterfind("part/measure/note")
    ]
    assert notes == [
        *(("1", "G3"), ("1", "C4"), ("1", "E4"), ("2", "C3")),
        *(("1", "G3"), ("1", "B3"), ("1", "D4"), ("2", "G2")),
    ]
    assert texts(root, ".//clef/sign") == ["G", "F"]


def test_a_grand_staff_spells_each_note_by_its_chord():
    root = lead(progression("viio7/V V7/vi", key="Eb"), layout="grand")
    bars = [
        {p.findtext("step") + p.findtext("alter", "") for p in measure.iter("pitch")}
        for measure in root.iterfind("part/measure")
    ]
    assert bars == [{"A", "C", "E-1", "G-1"}, {"G", "B", "D", "F"}]


def test_low_voices_stand_on_the_bass_staff():
    root = lead(progression("I"), layout="grand", voicings=[Voicing((52, 60, 67), 48)])
    staves = [note.findtext("staff") for note in root.iterfind("part/measure/note")]
    assert staves == ["1", "1", "2", "2"]


def test_a_melody_stands_above_the_piano():
    piece = progression("I", melody=(MelodyNote(0, 4, 72),))
    root = lead(piece, layout="grand")
    assert texts(root, ".//part-name") == ["Melody", "Piano"]
    melody, piano = root.iterfind("part")
    assert len(list(melody.iter("harmony"))) == 1
    assert not list(piano.iter("harmony"))
    assert not list(melody.iter("words"))
    assert len(list(piano.iter("words"))) == 1


def test_a_repeated_section_shows_the_voicings_of_its_first_time():
    piece = progression("I I V", sections=(Section("A", 1), Section("A", 1), Section("B", 1)))
    voicings = [
        Voicing((60, 64, 67), 48),
        Voicing((64, 67, 72), 48),
        Voicing((62, 67, 71), 43),
    ]
    root = lead(piece, layout="grand", voicings=voicings)
    steps = texts(root, ".//pitch/step")
    assert steps == ["C", "E", "G", "C", "D", "G", "B", "G"]


def test_what_can_not_be_laid_out_is_refused():
    with pytest.raises(LayoutError, match="layout 'tab' is not known; choose one of: lead, grand"):
        musicxml_bytes(progression("I"), layout="tab")
    with pytest.raises(LayoutError, match="0 voicings for 1 chords; give one for each"):
        musicxml_bytes(progression("I"), layout="grand", voicings=[])


def test_a_file_begins_with_its_declarations():
    data = musicxml_bytes(progression("I V"))
    assert re.match(rb'<\?xml version="1.0" encoding="UTF-8"\?>\n<!DOCTYPE score-partwise', data)
