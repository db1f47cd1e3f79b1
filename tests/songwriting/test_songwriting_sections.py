"""Sections: how they are written, and that each keeps to what is its own."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.errors import FieldError, ShinkoError
from shinko.rl.policy import shipped_policy
from shinko.songwriting.by_section import by_section, joined
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.songwriting.sections import Form, form_words, read_form
from shinko.theory import Key

NAMES = ("verse", "chorus", "A", "A'")


def composed(**asked):
    request = {"key": "C", "count": 1, "seed": 4, "rhythm": "even", **asked}
    return compose(shipped_policy(), ComposeRequest.from_dict(request))


def parts_of(piece, chords=None):
    """Chords of each section in order, by its name; numerals if not given."""
    chords, found = list(chords or piece.roman_numerals), []
    for section in piece.sections:
        found.append((section.name, tuple(chords[: section.length])))
        del chords[: section.length]
    return found


@pytest.mark.parametrize(
    ("text", "sections", "lengths", "steps", "bars"),
    [
        ("AABA", "A A B A", (8, 8), (), {}),
        ("AA'BA", "A A' B A", (8, 8, 8), (), {}),
        ("A A’ B", "A A' B", (8, 8, 8), (), {}),
        ("verse:6 chorus:4 verse", "verse chorus verse", (6, 4), (), {}),
        ("verse chorus:4 verse:6", "verse chorus verse", (6, 4), (), {}),
        ("A:6 A' B", "A A' B", (6, 6, 8), (), {}),
        ("A A':4", "A A'", (8, 4), (), {}),
        ("verse:8b, chorus:4bars", "verse chorus", (8, 8), (), {"verse": 8, "chorus": 4}),
        ("pre-chorus chorus chorus+2", "pre-chorus chorus chorus", (8, 8), (0, 0, 2), {}),
        ("verse:4 verse-3", "verse verse", (4,), (0, -3), {}),
        ("intro:5", "intro", (5,), (), {}),
        ("サビ:4 Aメロ サビ", "サビ Aメロ サビ", (4, 8), (), {}),
    ],
)  # fmt: skip
def test_a_form_tells_names_lengths_and_steps(text, sections, lengths, steps, bars):
    form = read_form(text, None, 8)
    assert form.sections == tuple(sections.split())
    assert (form.lengths, form.steps, form.bars) == (lengths, steps, bars)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("verse", "several sections: letters, such as AABA, or words with spaces between"),
        ("A' A", "A before A', which begins as it does"),
        ("verse:8 verse:4", "one length of verse, not 8 and 4; name one of them verse2"),
        ("verse:8 verse:8b", "one length of verse, not 8 and 8; name one of them verse2"),
        ("verse:0 B", "verse of 1 to 64 chords, not 0"),
        ("verse:65 B", "verse of 1 to 64 chords, not 65"),
        ("verse:65b B", "verse of 1 to 64 bars, not 65"),
        ("verse:x B", "sections such as verse, A', verse:8, verse:8b or verse+2, not 'verse:x'"),
        ("verse: B", "sections such as verse, A', verse:8, verse:8b or verse+2, not 'verse:'"),
        ("A B+13", "B+13 moved by 12 semitones at most"),
        ("A:1 A'", "two chords or more where A' begins as A and ends anew; raise `length`"),
        ("A=3 B", "sections such as verse, A', verse:8, verse:8b or verse+2, not 'A=3'"),
    ],
)
def test_a_form_that_cannot_be_read_is_told(text, message):
    with pytest.raises(FieldError) as told:
        read_form(text, None, 8)
    assert str(told.value).endswith(f"expected {message}")


@given(
    st.lists(st.tuples(st.sampled_from(NAMES[:3]), st.integers(-12, 12)), min_size=2, max_size=6)
)
def test_a_form_comes_back_as_it_is_written(words):
    text = " ".join(name + (f"{steps:+d}" if steps else "") for name, steps in words)
    assert " ".join(map(str, form_words(text))) == text


def test_what_is_written_for_sections_is_told_apart():
    found = by_section("ii V chorus=IV V I verse=half", "end", NAMES)
    assert found == {"": "ii V", "chorus": "IV V I", "verse": "half"}
    assert joined(found) == "ii V chorus=IV V I verse=half"
    assert by_section("A’=half", "end", NAMES) == {"A'": "half"}


@pytest.mark.parametrize(
    ("text", "names", "message"),
    [
        ("bridge=half", NAMES[:2], "'bridge=half': expected a section of the form: verse, chorus"),
        ("verse=half", ("",), "'verse=half': expected no section without a `form`"),
        ("=half", ("",), "'=half': expected no section without a `form`"),
        ("verse= chorus=half", NAMES, "expected something after verse="),
        ("verse=I verse=V", NAMES, "expected section verse once; leave one of them out"),
    ],
)  # fmt: skip
def test_what_no_section_has_is_told(text, names, message):
    with pytest.raises(FieldError) as told:
        by_section(text, "end", names)
    assert str(told.value).endswith(message)


def test_sections_have_lengths_ends_and_locks_of_their_own():
    (piece,) = composed(
        form="verse:8 chorus:4 verse chorus",
        end="verse=half chorus=authentic",
        fix="verse.1=I chorus:2=IV",
    )
    parts = dict(parts_of(piece))
    assert [section.length for section in piece.sections] == [8, 4, 8, 4]
    assert (parts["verse"][0], parts["verse"][-1]) == ("I", "V")
    assert (parts["chorus"][1], parts["chorus"][-1]) == ("IV", "I")
    assert parts["chorus"][-2] in ("V", "V7")


def test_a_lock_of_all_sections_is_kept_where_they_are_long_enough():
    (piece,) = composed(form="A:8 B:4", fix="2=IV 7=V")
    (_, a), (_, b) = parts_of(piece)
    assert (a[1], a[6], b[1]) == ("IV", "V", "IV")


@pytest.mark.parametrize("seed", range(6))
def test_a_prime_begins_as_the_section_and_ends_anew(seed):
    for piece in composed(form="A A' B A''", length=8, seed=seed, count=3, rhythm="counted"):
        parts, beats = dict(parts_of(piece, piece.names)), list(piece.beats)
        assert parts["A"][:4] == parts["A'"][:4] == parts["A''"][:4]
        assert len({parts["A"][4:], parts["A'"][4:], parts["A''"][4:]}) == 3
        assert sum(a != b for a, b in zip(parts["A"], parts["B"], strict=True)) >= 4
        assert beats[:4] == beats[8:12] == beats[24:28]


def test_locks_of_a_prime_hold_for_the_section_too():
    (piece,) = composed(form="A A' B", length=4, fix="A'.1=vi")
    assert [part[0] for name, part in parts_of(piece) if name != "B"] == ["vi", "vi"]
    with pytest.raises(ShinkoError) as told:
        composed(form="A A' B", length=4, fix="A.1=I A'.1=vi")
    assert str(told.value) == (
        "`fix` A'.1=vi of A', which begins as A does, collides with `fix` A.1=I at chord 1 of "
        "section A; leave one of them out"
    )


def test_each_section_is_in_its_own_key_and_mode():
    (piece,) = composed(
        key="A minor",
        form="verse:4 chorus:4 bridge:4 chorus+2",
        keys="chorus=C bridge=Eb",
        fix="verse.1=i chorus.1=I bridge.1=I",
        tempos="bridge=84",
        styles="bridge=bossa",
        ritardando=True,
    )
    assert [str(section.key or piece.key) for section in piece.sections] == [
        *("A minor", "C major", "E♭ major", "D major"),
    ]
    assert [piece.names[place] for place in (0, 4, 8, 12)] == ["Am", "C", "E♭", "D"]
    assert [section.tempo_bpm for section in piece.sections] == [None, None, 84.0, None]
    assert [section.style for section in piece.sections] == ["", "", "bossa", ""]
    assert piece.ritardando


def test_moved_sections_have_the_same_chords():
    (piece,) = composed(form="A B A+3", length=4)
    (_, first), _, (_, last) = parts_of(piece)
    assert first == last
    assert piece.sections[2].key == Key.parse("Eb")


def test_sections_may_have_so_many_bars_each():
    (piece,) = composed(form="verse:8b chorus:4b verse", rhythm="counted")
    lengths = [section.length for section in piece.sections]
    ends = [0, lengths[0], sum(lengths[:2]), sum(lengths)]
    assert [sum(piece.beats[a:b]) for a, b in pairwise(ends)] == [32, 16, 32]


def test_a_prime_of_as_many_bars_has_as_many_chords():
    for seed in range(5):
        (piece,) = composed(form="A:8b A':8b B:8b", rhythm="counted", seed=seed)
        assert piece.sections[0].length == piece.sections[1].length


@pytest.mark.parametrize("meter", ["3/4", "6/8", "5/4", "2/4"])
def test_bars_of_few_places_have_no_more_chords_than_these(meter):
    for seed in range(3):
        (piece,) = composed(bars=8, meter=meter, table="hymns", rhythm="counted", seed=seed)
        bar = 4 * int(meter[0]) / int(meter[2])
        assert sum(piece.beats) == 8 * bar


def test_given_chords_are_the_first_section():
    (piece,) = composed(chords="Am F C G", form="verse:6 chorus:4 verse", key=None)
    assert [section.length for section in piece.sections] == [6, 4, 6]
    assert piece.names[:4] == piece.names[10:14] == ("Am", "F", "C", "G")
    with pytest.raises(ShinkoError, match="verse of 4 or more, as many as are given"):
        composed(chords="Am F C G", form="verse:3 chorus:4", key=None)


def test_given_chords_keep_their_lengths_beside_sections_of_bars():
    (piece,) = composed(chords="Am F C G", form="verse chorus:4b", key=None, rhythm="")
    assert piece.beats[:4] == (4.0,) * 4
    assert sum(piece.beats[4:]) == 16


def test_plans_and_required_chords_are_of_sections_too():
    wishes = {"plan": "verse=AABB", "with": "chorus=♭VI"}
    (piece,) = composed(form="verse:8 chorus:4", **wishes)
    (_, verse), (_, chorus) = parts_of(piece)
    assert (verse[:2], verse[4:6]) == (verse[2:4], verse[6:])
    assert "♭VI" in chorus


def test_sections_differ_as_far_as_locks_let_unless_it_is_told():
    locks = "1=I 2=IV 3=V"
    (piece,) = composed(form="A:4 B:4", fix=locks)
    assert [part[:3] for _, part in parts_of(piece)] == [("I", "IV", "V")] * 2
    with pytest.raises(ShinkoError, match="section B can't differ in 4 chords from the others"):
        composed(form="A:4 B:4", fix=locks, differ=4)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"keys": "B=Xm"}, "`keys`: key 'Xm': a letter A to G"),
        ({"keys": "Eb"}, "`keys` 'Eb': expected a section and =, such as bridge=Eb; `key` is of"),
        ({"keys": "C=Eb"}, "`keys` 'C=Eb': expected a section of the form: A, B"),
        ({"tempos": "B=5"}, "`tempos` 'B=5': expected 20 to 400 quarter notes a minute"),
        ({"tempos": "B=fast"}, "`tempos` 'B=fast': expected 20 to 400 quarter notes a minute"),
        ({"styles": "B=banjo"}, "`styles`: `style` 'banjo': expected one of block"),
        ({"styles": "B=waltz"}, "`styles`: pattern 'waltz' is for 3/4"),
        ({"fix": "C.1=I"}, "`fix` 'C.1=I': expected a section of the form: A, B"),
        ({"fix": "9=I"}, "`fix` '9=I': expected a slot from 1 to 8; raise `length`"),
        ({"end": "C=half"}, "`end` 'C=half': expected a section of the form: A, B"),
        ({"bars": 8, "form": "A:4 B"}, "`form` 'A:4 B': expected no number beside `bars` 8"),
        (
            {"form": "A:4b B", "rhythm": "even"},
            "`form` 'A:4b B': expected `rhythm` counted, for only there the chords follow",
        ),
        ({"template": "blues", "form": "A:4 B"}, "`form` 'A:4 B': expected no numbers beside"),
        (
            {"form": "A A' B", "keys": "A'=C minor"},
            "`keys` \"A'=C minor\": expected a key in major of A', which begins as A does",
        ),
        ({"template": "blues", "keys": "B=C minor"}, "`template` 'blues': expected a key in major"),
    ],
)
def test_what_sections_cannot_be_is_told_in_one_line(asked, message):
    with pytest.raises(ShinkoError) as told:
        composed(**{"form": "A B" if "template" in asked else "A:8 B:4", "rhythm": "", **asked})
    assert str(told.value).startswith(message)


def test_a_message_shows_no_more_of_a_form_than_one_reads():
    with pytest.raises(FieldError) as told:
        read_form("A " * 600, None, 8)
    assert len(str(told.value)) < 300
    assert "A A …': expected at most 512 chords; these 600 sections have 4800" in str(told.value)


def test_sections_of_one_form_compare_the_slots_that_both_have():
    form = Form((8, 4), ("A", "B"), 4)
    assert (form.total, form.length("B"), list(form.spans())[1]) == (12, 4, ("B", range(8, 12)))
