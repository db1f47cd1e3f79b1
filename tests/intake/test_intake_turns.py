"""Key and tempo changes in other people's charts, songs and MIDI files."""

import io

import mido
import pytest

from shinko.errors import ShinkoError
from shinko.intake.chart import read_chart
from shinko.intake.chordpro import read_chordpro
from shinko.intake.midi import find_progression
from shinko.intake.remarks import Remarks
from shinko.score.progression import Progression
from shinko.theory import Key


def key(text: str) -> Key:
    return Key.parse(text)


def shown(one: Progression) -> list[tuple[str, int, str, float]]:
    """Name, chords, key and tempo of each section."""
    return [(s.name, s.length, str(one.key_of(s)), one.tempo_of(s)) for s in one.sections]


def chart(text: str, **options) -> tuple[Progression, str]:
    remarks = Remarks()
    return read_chart(text, remarks=remarks, **options), str(remarks)


def test_a_key_in_a_chart_holds_until_the_next_one():
    one, told = chart(
        "key: C  tempo: 120\n[verse]\nC G\n[bridge]\nkey: Eb  tempo: 84\nEb Bb\n[solo]\nCm\n"
        "[verse]\nkey: C  tempo: 120\nC G"
    )
    assert shown(one) == [
        ("verse", 2, "C major", 120),
        ("bridge", 2, "E♭ major", 84),
        ("solo", 1, "E♭ major", 84),
        ("verse", 2, "C major", 120),
    ]
    assert one.roman_numerals == ("I", "V", "I", "V", "vi", "I", "V")
    assert told == ""


def test_a_key_between_chords_begins_a_section_without_a_name():
    one, _ = chart("key: G\nG D\nkey: A\nA E")
    assert shown(one) == [("", 2, "G major", 120), ("", 2, "A major", 120)]


def test_the_same_key_told_again_changes_nothing():
    one, _ = chart("key: G\nG D\nkey: G major\nA E")
    assert (shown(one), one.names) == ([], ("G", "D", "A", "E"))


def test_a_key_that_is_told_once_is_the_piece_s_wherever_it_stands():
    one, _ = chart("C G\nAm F\nkey: C")
    assert (one.key, one.sections, one.key_was_found) == (key("C"), (), False)


def test_numerals_are_read_in_their_section_s_key():
    one, _ = chart("key: C\n[A]\nI V\n[B]\nkey: Eb\nI V")
    assert one.names == ("C", "G", "E♭", "B♭")


def test_a_key_that_nobody_tells_is_found_from_the_chords_it_is_for():
    one, _ = chart("[A]\nDm G7 C Am\nkey: F#\n[B]\nkey: F#\nF# C# F# B")
    # The first key that stands is the piece's, as it always was.
    assert one.key == key("F#")


def test_a_style_is_that_of_its_section_alone():
    one, told = chart("key: C\n[A]\nC\n[B]\nstyle: bossa\nF\n[C]\nG")
    assert [section.style for section in one.sections] == ["", "bossa", ""]
    one, told = chart("key: C\n[A]\nC\n[B]\nstyle: polka\nF")
    assert [section.style for section in one.sections] == ["", ""]
    assert told == "styles that aren't known are left out: 1 ('polka')"
    _, told = chart("style: rock\nC G")
    assert told == "a style before the first section is left out: ask for it where it is played"


@pytest.mark.parametrize("last", ["rit.", "Rit", "ritardando", "poco rall.", "rallentando"])
def test_a_last_line_may_say_that_it_slows_down(last):
    one, told = chart(f"| C | G |\n{last}")
    assert (one.ritardando, one.names, told) == (True, ("C", "G"), "")


def test_a_key_of_a_section_that_can_not_be_read_is_told_with_its_line():
    with pytest.raises(ShinkoError, match=r"line 4: key 'X'"):
        read_chart("key: C\nC\n[B]\nkey: X\nG")


def test_a_given_key_counts_for_sections_without_one_of_their_own():
    one, _ = chart("key: C\n[A]\nC\n[B]\nkey: Eb\nEb", key=key("G"))
    assert [str(k) for k in one.keys] == ["G major", "E♭ major"]


def chordpro(text: str) -> tuple[Progression, str]:
    remarks = Remarks()
    return read_chordpro(text, remarks=remarks), str(remarks)


def test_a_key_before_an_environment_is_that_of_its_section():
    one, told = chordpro(
        "{key: Am}{tempo: 100}\n{sov}\n[Am]la\n{eov}\n{key: C}\n{soc}\n[C]la\n{eoc}\n"
        "{key: D}{meta: mode dorian}{tempo: 84}\n{sob}\n[Dm]la\n{eob}\n{chorus}\n{c: rit.}"
    )
    assert shown(one) == [
        ("verse", 1, "A minor", 100),
        ("chorus", 1, "C major", 100),
        ("bridge", 1, "D dorian", 84),
        ("chorus", 1, "C major", 100),  # as it was written
    ]
    assert (one.ritardando, told) == (True, "")


def test_a_key_within_a_section_holds_from_the_next_one_on():
    one, told = chordpro("{key: C}\n{sov}\n[C]la\n{key: D}\n[D]la\n{eov}\n{sov}\n[D]la\n{eov}")
    assert [str(k) for k in one.keys] == ["C major", "C major", "D major"]
    assert told == "a key that changes within a section holds from the next one on"


def test_a_transposition_moves_the_key_of_what_comes_after_it():
    one, _ = chordpro(
        "{key: C}\n{sov}\n[C]la [G]la\n{eov}\n{transpose: 2}\n{sov}\n[C]la [G]\n{eov}"
    )
    assert one.names == ("C", "G", "D", "A")
    assert [str(k) for k in one.keys] == ["C major", "C major", "D major", "D major"]


@pytest.mark.parametrize("directive", ["{key: nonsense}", "{tempo: fast}", "{tempo: 999}"])
def test_later_directives_that_can_not_be_read_are_passed_over(directive):
    one, told = chordpro("{key: C}{tempo: 90}\n[C]la\n" + directive + "\n{soc}\n[G]la\n{eoc}")
    assert shown(one) == [("", 1, "C major", 90), ("chorus", 1, "C major", 90)]
    assert "passed over" in told


def test_a_comment_early_in_a_song_does_not_slow_down_its_end():
    one, _ = chordpro("{sov}\n[C]la\n{c: rit.}\n{eov}\n{soc}\n[G]la\n{eoc}\n{sov}\n[G]la\n{eov}")
    assert not one.ritardando


def midi(*events: tuple[int, object], bars: int = 4) -> bytes:
    """A file of C and F, a bar each in turn, with events at quarters of its first track."""
    file = mido.MidiFile(ticks_per_beat=480)
    conductor, notes = mido.MidiTrack(), mido.MidiTrack()
    now = 0
    for quarter, message in sorted(events, key=lambda event: event[0]):
        conductor.append(message.copy(time=round(480 * quarter) - now))
        now = round(480 * quarter)
    for bar in range(bars):
        pitches = (53, 65, 69) if bar % 2 else (48, 64, 67)
        notes += [mido.Message("note_on", note=pitch, velocity=80) for pitch in pitches]
        for place, pitch in enumerate(pitches):
            notes.append(mido.Message("note_off", note=pitch, time=0 if place else 1920))
    file.tracks += [conductor, notes]
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def tempo(bpm: float):
    return mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))


def signature(name: str):
    return mido.MetaMessage("key_signature", key=name)


def marker(text: str):
    return mido.MetaMessage("marker", text=text)


def test_key_signatures_at_sections_of_a_file_are_theirs():
    found = find_progression(
        midi(
            *((0, signature("C")), (0, marker("[verse]")), (8, signature("F"))),
            *((8, marker("[bridge]")), (0, tempo(100)), (8, tempo(80))),
        )
    )
    assert shown(found.progression) == [("verse", 2, "C major", 100), ("bridge", 2, "F major", 80)]
    assert found.told == ""


def test_key_signatures_where_no_section_is_are_told():
    found = find_progression(midi((0, signature("C")), (8, signature("F"))))
    assert found.progression.key == key("C")
    assert found.told == "the key changes, the first one is taken for all bars"


def test_a_section_without_a_steady_tempo_has_the_piece_s():
    wandering = [(8 + place / 2, tempo(90 + place % 7)) for place in range(16)]
    found = find_progression(
        midi((0, marker("[A]")), (0, tempo(100)), (8, marker("[B]")), *wandering)
    ).progression
    tempos = {found.tempo_of(section) for section in found.sections}
    assert len(tempos) == 1


@pytest.mark.parametrize(
    ("steps", "slows"),
    [
        ((95, 90, 85, 80), True),
        ((95, 90), False),  # too few steps
        ((95, 90, 95, 80), False),  # up again
        ((60, 45, 30), False),  # to less than half: a pause, not a song's end
    ],
)
def test_a_tempo_that_falls_to_the_end_is_a_ritardando(steps, slows):
    falling = [(12 + place, tempo(bpm)) for place, bpm in enumerate(steps, 1)]
    found = find_progression(midi((0, tempo(100)), *falling, bars=5)).progression
    assert found.ritardando is slows
    assert not slows or found.tempo_bpm == 100


def test_some_bars_before_the_end_have_no_ritardando():
    falling = [(12 + place, tempo(bpm)) for place, bpm in enumerate((95, 90, 85, 80), 1)]
    data = midi((0, tempo(100)), *falling, bars=5)
    assert not find_progression(data, bars=(1, 2)).progression.ritardando
