"""MusicXML of pieces whose sections have keys and tempos of their own, and of a ritardando."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from musicxml_schema import load_schema

from shinko.export.notation.musicxml import musicxml_bytes
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.theory import Key, parse_roman

METERS = {(4, 4): 4.0, (6, 8): 3.0, (5, 4): 5.0, (7, 8): 3.5, (2, 2): 4.0}


def key(text: str) -> Key:
    return Key.parse(text)


def piece(numerals: str, *sections: Section, **fields) -> Progression:
    chords = tuple(map(parse_roman, numerals.split()))
    values = {"key": key("A minor"), "beats": (4.0,) * len(chords), "tempo_bpm": 100, **fields}
    return Progression(chords, sections=sections, **values)


def three(**fields) -> Progression:
    """A verse in A minor, a chorus in C, a bridge in E♭, and the verse again."""
    return piece(
        "i V I V I V i",
        Section("verse", 2),
        Section("chorus", 2, key=key("C")),
        Section("bridge", 2, key=key("E♭"), tempo_bpm=84),
        Section("verse", 1),
        **fields,
    )


def tree(progression: Progression, **options) -> ElementTree.Element:
    return ElementTree.fromstring(musicxml_bytes(progression, **options))


def told(root: ElementTree.Element, path: str, *children: str) -> dict[str, list[str | None]]:
    """What elements of a kind say, by the number of their bar."""
    return {
        bar.get("number"): [element.findtext(child) for child in children]
        for bar in root.find("part")
        for element in bar.iterfind(path)
    }


def test_a_signature_stands_in_the_bar_that_a_section_begins_with():
    keys = told(tree(three()), "attributes/key", "cancel", "fifths", "mode")
    assert keys == {
        "1": [None, "0", "minor"],
        "3": [None, "0", "major"],
        "5": [None, "-3", "major"],
        "7": ["-3", "0", "minor"],
    }


def test_a_double_bar_line_stands_before_a_change():
    styles = told(tree(three()), "barline", "bar-style")
    assert styles == {
        "2": ["light-light"],
        "4": ["light-light"],
        "6": ["light-light"],
        "7": ["light-heavy"],
    }


def test_chords_and_notes_are_spelled_in_their_section_s_key():
    notes = (MelodyNote(4, 2, 68), MelodyNote(16, 2, 68))
    root = tree(three(melody=notes))
    roots = told(root, "harmony/root", "root-step", "root-alter")
    assert roots["5"] == ["E", "-1"]
    assert roots["7"] == ["A", None]
    pitches = told(root, "note/pitch", "step", "alter")
    # Over E in A minor the third, G♯; over E♭ the fourth, A♭, which the signature has.
    assert pitches == {"2": ["G", "1"], "5": ["A", "-1"]}
    shown = told(root, "note[accidental]", "accidental")
    assert shown == {"2": ["sharp"]}


def test_numerals_count_in_their_section_s_key():
    words = told(tree(three()), "direction[@placement='below']/direction-type", "words")
    assert [word for (word,) in words.values()] == ["i", "V", "I", "V", "I", "V", "i"]


def test_a_tempo_stands_where_it_is_new():
    marks = told(tree(three()), "direction/direction-type/metronome", "per-minute")
    assert marks == {"1": ["100"], "5": ["84"], "7": ["100"]}


def test_a_first_section_s_own_key_and_tempo_are_those_of_the_beginning():
    root = tree(piece("I V", Section("A", 1, key=key("G"), tempo_bpm=70), Section("B", 1)))
    assert told(root, "attributes/key", "fifths") == {"1": ["1"], "2": ["0"]}
    assert told(root, ".//metronome", "per-minute") == {"1": ["70"], "2": ["100"]}


def test_keys_beyond_seven_accidentals_become_the_usual_ones():
    root = tree(piece("I I", Section("A", 1), Section("B", 1, key=key("D# major"))))
    assert told(root, "attributes/key", "fifths")["2"] == ["-3"]
    assert told(root, "harmony/root", "root-step", "root-alter")["2"] == ["E", "-1"]


def sounds(root: ElementTree.Element) -> list[tuple[int, float, str | None]]:
    """Ticks of a part, tempo and time of each sound."""
    found, start = [], 0
    for bar in root.find("part"):
        now = start
        for element in bar:
            for sound in element.iter("sound"):
                found.append((now, float(sound.get("tempo")), sound.get("time-only")))
            duration = int(element.findtext("duration", "0"))
            now += -duration if element.tag == "backup" else duration
        start += 1920
    return sorted(found)


def test_a_ritardando_is_a_word_and_tempos_for_players():
    root = tree(piece("i iv V i", ritardando=True))
    assert told(root, "direction[@placement='above']/direction-type[words]", "words") == {
        "3": ["rit."]
    }
    slowing = [(tick, tempo) for tick, tempo, _ in sounds(root)]
    assert [tick for tick, _ in slowing] == [0, *range(2 * 1920 + 240, 3 * 1920 + 1, 240)]
    assert (slowing[0][1], slowing[-1][1]) == (100, 75)


def test_a_repeated_section_slows_down_the_last_time_alone():
    root = tree(piece("i V", Section("A", 2, 3), ritardando=True))
    words = [word.text for word in root.iter("words") if "rit" in word.text]
    assert words == ["rit. (last time)"]
    found = sounds(root)
    # For players that don't read for which time it is, the section begins in its own tempo.
    assert found[:2] == [(0, 100, None), (0, 100, None)]
    assert {time for _, _, time in found[2:]} == {"3"}


@pytest.fixture(scope="module")
def schema():
    """The official MusicXML 4.0 schema."""
    pytest.importorskip("lxml.etree")
    return load_schema()


@pytest.mark.parametrize("layout", ["lead", "grand"])
@pytest.mark.parametrize("meter", METERS)
def test_changes_are_valid_and_music21_finds_them(schema, layout, meter):
    from lxml import etree
    from music21 import converter
    from music21 import key as keys

    beats = (METERS[meter],) * 6 + (METERS[meter] / 2,)  # the last bar isn't full
    one = replace(three(ritardando=True), meter=meter, beats=beats)
    notes = tuple(MelodyNote(place, 0.5, 60 + place) for place in range(int(sum(beats))))
    for each in (one, replace(one, melody=notes)):
        data = musicxml_bytes(each, layout=layout)
        schema.assertValid(etree.fromstring(data))
        part = converter.parseData(data, format="musicxml").parts[0]
        found = part.recurse().getElementsByClass(keys.KeySignature)
        assert [(k.measureNumber, k.sharps) for k in found] == [(1, 0), (3, 0), (5, -3), (7, 0)]
        lengths = {bar.duration.quarterLength for bar in part.getElementsByClass("Measure")}
        assert lengths == {METERS[meter]}


@pytest.mark.parametrize("fifths", range(-7, 8))
def test_all_signatures_follow_each_other_validly(schema, fifths):
    from lxml import etree

    sections = [Section("A", 1, key=Key.of_signature(fifths, mode)) for mode in ("dorian", "major")]
    schema.assertValid(etree.fromstring(musicxml_bytes(piece("i I I", *sections, Section("B", 1)))))
