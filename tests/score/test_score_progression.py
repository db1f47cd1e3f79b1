"""Progressions: what is accepted, what the errors say, and the way through plain values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.score.progression import Progression, ProgressionError, Section
from shinko.theory import Key, KeyNameError, parse_roman, parse_token, roman_from_name

TOKENS = ["1", "4", "5", "6", "56", "57", "57/5", "b7", "L27", "D47", "464", "77", "V7sus4", "I+"]


def axis(key: str = "C", **fields) -> Progression:
    values = {"beats": (4.0,) * 4, **fields}
    return Progression(tuple(map(parse_token, ("1", "5", "6", "4"))), Key.parse(key), **values)


progressions = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=64).flatmap(
    lambda tokens: st.builds(
        Progression,
        chords=st.just(tuple(map(parse_token, tokens))),
        key=st.sampled_from(
            ["C", "F# minor", "Bb", "A minor", "Gb", "G# minor", "D dorian", "B mixolydian"]
        ).map(Key.parse),
        beats=st.tuples(*[st.sampled_from([0.5, 1.0, 1 / 3, 4.0])] * len(tokens)),
        tempo_bpm=st.floats(20, 400),
        meter=st.tuples(st.integers(1, 32), st.sampled_from([1, 2, 4, 8, 16, 32])),
        title=st.text(max_size=20),
        seed=st.none() | st.integers(0, 2**63),
        policy=st.none() | st.text(max_size=10),
        log_probability=st.none() | st.floats(-1e6, 0),
    )
)


def test_numerals_and_names_follow_the_key():
    assert axis("B♭").roman_numerals == ("I", "V", "vi", "IV")
    assert axis("B♭").names == ("B♭", "F", "Gm", "E♭")


def test_in_minor_the_tokens_count_from_the_relative_major():
    assert axis("A minor").names == ("C", "G", "Am", "F")
    assert axis("A minor").roman_numerals == ("♭III", "♭VII", "i", "♭VI")


def test_plain_values_say_everything():
    progression = axis("D", seed=7, policy="pop", log_probability=-9.5, title="Four")
    assert progression.to_dict() == {
        "title": "Four",
        "key": "D major",
        "tempo_bpm": 120.0,
        "meter": [4, 4],
        "chords": [
            {"token": "1", "roman": "I", "name": "D", "beats": 4.0},
            {"token": "5", "roman": "V", "name": "A", "beats": 4.0},
            {"token": "6", "roman": "vi", "name": "Bm", "beats": 4.0},
            {"token": "4", "roman": "IV", "name": "G", "beats": 4.0},
        ],
        "seed": 7,
        "policy": "pop",
        "log_probability": -9.5,
    }


@given(progressions)
def test_progressions_survive_json(progression):
    text = json.dumps(progression.to_dict(), allow_nan=False)
    assert Progression.from_dict(json.loads(text)) == progression


@pytest.mark.parametrize(
    ("key", "applied"),
    [
        *((key, "V65/V") for key in ("C", "A minor", "F# minor", "E♭")),
        # In these modes v is minor, and in lydian V/V is II.
        *((key, "V65/v") for key in ("D dorian", "C# phrygian", "B mixolydian")),
        ("A♭ lydian", "V65/iii"),
    ],
)
@pytest.mark.parametrize("roman", ["i", "I7", "V7", "vii°7", "♭VII", "", "I64", "IVadd9"])
def test_typed_chords_come_back_under_the_same_numeral_and_name(key, applied, roman):
    progression = Progression((parse_roman(roman or applied),), Key.parse(key), (4,))
    again = Progression.from_dict(progression.to_dict())
    assert again.roman_numerals == progression.roman_numerals
    assert again.names == progression.names


def test_key_and_chords_are_enough():
    progression = Progression.from_dict({"key": "Am", "chords": [{"token": "6", "beats": 4}]})
    assert progression == Progression((parse_token("6"),), Key.parse("A minor"), (4,))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"beats": (4.0,) * 3}, "4 chords and 3 durations; give the beats of each chord"),
        ({"beats": (4, 4, 0, 4)}, "chord 3 lasts 0 beats; give 0.0625 to 256"),
        ({"beats": (4, -1, 4, 4)}, "chord 2 lasts -1 beats; give 0.0625 to 256"),
        ({"beats": (4, 4, 4, float("nan"))}, "chord 4 lasts nan beats"),
        ({"tempo_bpm": 19.9}, "tempo 19.9 beats per minute; give 20 to 400"),
        ({"tempo_bpm": 401}, "tempo 401 beats per minute; give 20 to 400"),
        ({"tempo_bpm": float("nan")}, "tempo nan"),
        ({"meter": (4, 3)}, "meter 4/3; give 1 to 32 over 1, 2, 4, 8, 16, 32, such as 4/4"),
        ({"meter": (0, 4)}, "meter 0/4"),
        ({"log_probability": float("-inf")}, "log-probability -inf; give a finite number"),
    ],
)
def test_values_out_of_range_are_named(fields, message):
    with pytest.raises(ProgressionError, match=message):
        axis(**fields)


@pytest.mark.parametrize("tempo_bpm", [20, 400])
def test_the_ends_of_the_tempo_range_are_in_it(tempo_bpm):
    assert axis(tempo_bpm=tempo_bpm).tempo_bpm == tempo_bpm


@pytest.mark.parametrize("count", [0, 513])
def test_only_1_to_512_chords_make_a_progression(count):
    with pytest.raises(ProgressionError, match=f"has {count} chords; give 1 to 512"):
        Progression((parse_token("1"),) * count, Key.parse("C"), (4.0,) * count)


def test_a_key_that_was_found_is_told_and_kept():
    found = axis(key_was_found=True)
    assert (found.told_key, axis().told_key) == (f"{found.key} (found)", str(found.key))
    assert Progression.from_dict(found.to_dict()).key_was_found
    assert "key_was_found" not in axis().to_dict()
    with pytest.raises(ProgressionError, match="has key_was_found 1; give true or false"):
        Progression.from_dict(axis().to_dict() | {"key_was_found": 1})


def without(name: str) -> dict:
    return {field: value for field, value in axis().to_dict().items() if field != name}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], r"progression is \[\]; give an object with key, chords"),
        (without("key"), "progression has no 'key'; give at least key, chords"),
        (without("chords"), "progression has no 'chords'"),
        (axis().to_dict() | {"tempo": 90}, "has 'tempo'; known: title, key, tempo_bpm, meter"),
        (axis().to_dict() | {"key": 3}, "has key 3; give a text"),
        (axis().to_dict() | {"tempo_bpm": "90"}, "has tempo_bpm '90'; give a number"),
        (axis().to_dict() | {"tempo_bpm": True}, "has tempo_bpm True; give a number"),
        (axis().to_dict() | {"seed": "x"}, "has seed 'x'; give a number or null"),
        (axis().to_dict() | {"meter": [4]}, r"meter \[4\]; give one such as \[4, 4\] or"),
        (axis().to_dict() | {"meter": [4.5, 4]}, r"meter \[4.5, 4\]; give one such as"),
        (axis().to_dict() | {"chords": ["1"]}, "chord 1 is '1'; give an object with beats"),
        (axis().to_dict() | {"chords": [{"token": "1"}]}, "chord 1 has no 'beats'"),
        (axis().to_dict() | {"chords": [{"beats": 4}]}, "chord 1 has no name; give one of token, "),
        (
            axis().to_dict() | {"chords": [{"beats": 4, "name": "Am", "roman": "IV"}]},
            "chord 1 has roman IV and name Am, which differ; leave one of them",
        ),
        (
            axis().to_dict() | {"chords": [{"beats": 4, "token": "1", "name": "F", "roman": "V"}]},
            "chord 1 has token 1 and roman V and name F, which differ",
        ),
        (
            axis().to_dict() | {"chords": [{"beats": 4, "token": "1", "name": "F", "roman": "IV"}]},
            "chord 1 has token 1 and roman IV and name F, which differ; leave one",
        ),
        (axis().to_dict() | {"tempo_bpm": 10**400}, "has tempo_bpm of 2e\\+19 and more"),
        (axis().to_dict() | {"title": ["x" * 1000]}, "has title \\['x{58}…; give a text"),
        (axis().to_dict() | {"chords": []}, "has 0 chords; give 1 to 512"),
    ],
)
def test_plain_values_that_are_no_progression_are_named(data, message):
    with pytest.raises(ProgressionError, match=message):
        Progression.from_dict(data)


def test_an_unreadable_token_is_the_chords_error():
    with pytest.raises(ProgressionError, match="chord 1, token: chord id 'H7': no mode 'H'"):
        Progression.from_dict({"key": "C", "chords": [{"token": "H7", "beats": 4}]})


@pytest.mark.parametrize(
    "edited", [{"name": "D9"}, {"roman": "V9"}, {"name": "D9", "roman": "V9", "token": "V9"}]
)
def test_of_numeral_and_name_the_edited_one_counts(edited):
    data = axis("G").to_dict()
    data["chords"][1] |= edited
    assert Progression.from_dict(data).names == ("G", "D9", "Em", "C")


@pytest.mark.parametrize("said", ["token", "roman", "name"])
@pytest.mark.parametrize("key", ["G", "A minor", "Db"])
def test_any_one_of_token_numeral_and_name_will_do(said, key):
    data = axis(key).to_dict()
    data["chords"] = [{said: chord[said], "beats": chord["beats"]} for chord in data["chords"]]
    assert Progression.from_dict(data | {"meter": "6/8"}).names == axis(key).names


def test_an_unreadable_key_is_the_keys_error():
    with pytest.raises(KeyNameError, match="'X'"):
        Progression.from_dict({"key": "X", "chords": [{"token": "1", "beats": 4}]})


def test_the_chords_of_a_section_are_in_its_own_key():
    tonic = parse_token("1")
    progression = Progression(
        chords=(tonic, tonic),
        key=Key.parse("C"),
        beats=(4.0, 4.0),
        sections=(Section("verse", 1), Section("bridge", 1, key=Key.parse("Eb"))),
    )
    assert progression.names == ("C", "E♭")
    assert progression.roman_numerals == ("I", "I")


def test_sections_keep_key_tempo_and_style_in_json():
    V7 = parse_token("57")
    progression = Progression(
        chords=(V7, V7),
        key=Key.parse("C"),
        beats=(4.0, 4.0),
        sections=(
            Section("verse", 1),
            Section("bridge", 1, key=Key.parse("A"), tempo_bpm=80.0, style="bossa"),
        ),
        ritardando=True,
    )
    told = progression.to_dict()
    assert told["sections"][0] == {"name": "verse", "length": 1, "times": 1}
    assert [chord["name"] for chord in told["chords"]] == ["G7", "E7"]
    assert Progression.from_dict(json.loads(json.dumps(told))) == progression


def test_a_section_has_a_tempo_that_can_be_played():
    with pytest.raises(ProgressionError, match="section 'A' has tempo 5 beats per minute; give 20"):
        Section("A", 1, tempo_bpm=5)


@pytest.mark.parametrize("fields", [{"token": "C5", "name": "F♯"}, {"name": "F♯"}])
def test_a_raised_degree_of_an_earlier_file_stays_what_it_was(fields):
    # VI of A minor was F♯, and is F now; what stands beside it tells.
    data = {"key": "A minor", "tempo_bpm": 120.0, "meter": [4, 4]}
    read = Progression.from_dict(data | {"chords": [{**fields, "roman": "VI", "beats": 4}]})
    assert read.names == ("F♯",)
    alone = Progression.from_dict(data | {"chords": [{"roman": "VI", "beats": 4}]})
    assert alone.names == ("F",)


def test_a_spelling_comes_back():
    key = Key.parse("C")
    chords = tuple(roman_from_name(name, key) for name in ("C", "C#7", "F#m", "B7"))
    piece = Progression(chords, key, (4.0,) * 4)
    assert piece.names == ("C", "C♯7", "F♯m", "B7")
    assert Progression.from_dict(piece.to_dict()).names == piece.names
