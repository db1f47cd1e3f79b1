"""Requests: a field is told once, and every face has it from there."""

from dataclasses import MISSING, dataclass, replace
from pathlib import Path

import pytest

from shinko.errors import FieldError, ShinkoError
from shinko.request import Request, asked, change, fields_of, part, read_request, written
from shinko.songwriting.requests import ComposeRequest
from shinko.theory import Key

C = Key.parse("C")


@dataclass(frozen=True)
class Sound(Request):
    """How it sounds."""

    tempo_bpm: float = asked(
        100.0, "Tempo.", name="tempo", unit="beats a minute", least=20, most=400
    )
    loud: bool = asked(True, "Not loud.", name="no_loud", negated=True)
    seed: int = asked(0, "Of the sound.")


@dataclass(frozen=True)
class Song(Request):
    """A song."""

    words: str = asked(MISSING, "What is sung.", argument=True)
    key: Key = asked(C, "The key.", read=Key.parse)
    voice: str = asked("", "Who sings.", choices=("", "alto", "bass"))
    parts: tuple[str, ...] = asked(("verse",), "Sections.", choices=("verse", "chorus"))
    share: float | None = asked(None, "A share.", above=0, most=1)
    take: int | None = asked(None, "Which take.", least=1, needs="file")
    file: Path | None = asked(None, "Of the takes.", excludes="voice", was="folder")
    seed: int = asked(MISSING, "Of the song.", factory=lambda: 7, least=0)
    sound: Sound = part(Sound)


def test_fields_lie_flat_and_the_outermost_tells_those_of_one_name():
    told = {one.name: one.sentence for one in fields_of(Song)}
    assert list(told) == [
        *("words", "key", "voice", "parts", "share", "take", "file", "seed", "tempo", "no_loud")
    ]
    assert told["seed"] == "Of the song."


def test_a_request_is_read_by_the_names_of_its_fields():
    song = read_request(
        Song,
        {"words": "la", "key": "Am", "parts": ["chorus"], "tempo": 90, "no_loud": True, "seed": 3},
    )
    assert (song.words, song.key, song.parts) == ("la", Key.parse("Am"), ("chorus",))
    assert (song.sound.tempo_bpm, song.sound.loud) == (90, False)
    # One name, one value: in the song and in its sound.
    assert (song.seed, song.sound.seed) == (3, 3)


def test_what_is_not_given_has_its_default():
    song = read_request(Song, {"words": "la"})
    assert (song.key, song.voice, song.parts, song.seed) == (C, "", ("verse",), 7)
    assert song.sound == Sound(seed=7)
    assert read_request(Song, {"words": "la", "seed": None}).seed == 7


def test_a_request_comes_back_from_what_is_written():
    song = read_request(Song, {"words": "la", "key": "F# minor", "file": "a/b", "take": 2})
    plain = written(song)
    assert plain["key"] == "F♯ minor"
    assert (plain["file"], plain["no_loud"], plain["share"]) == (str(Path("a/b")), False, None)
    assert read_request(Song, plain) == song


def test_a_change_keeps_what_it_does_not_name():
    song = Song("la", take=None, sound=Sound(tempo_bpm=90.0, seed=5))
    changed = change(song, {"no_loud": True})
    assert changed == replace(song, sound=Sound(tempo_bpm=90.0, seed=5, loud=False))


def test_an_old_name_is_still_read():
    assert read_request(Song, {"words": "la", "folder": "x"}).file == Path("x")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "`words` none: expected a text; What is sung"),
        ({"words": 3}, "`words` 3: expected a text"),
        ({"words": "la", "key": "X"}, "key 'X': a letter A to G is expected"),
        ({"words": "la", "key": 3}, "`key` 3: expected a text"),
        ({"words": "la", "voice": "tenor"}, "`voice` 'tenor': expected one of alto, bass"),
        ({"words": "la", "parts": ["solo"]}, "`parts` 'solo': expected one of verse, chorus"),
        ({"words": "la", "parts": 3}, "`parts` 3: expected a list, each a text"),
        ({"words": "la", "share": 0}, "`share` 0: expected above 0, at most 1"),
        ({"words": "la", "share": True}, "`share` true: expected a number"),
        ({"words": "la", "share": float("nan")}, "`share` nan: expected above 0, at most 1"),
        ({"words": "la", "seed": -1}, "`seed` -1: expected at least 0"),
        ({"words": "la", "tempo": 401}, "`tempo` 401: expected 20 to 400 beats a minute"),
        ({"words": "la", "no_loud": 1}, "`no_loud` 1: expected true or false"),
        ({"words": "la", "file": ""}, "`file` '': expected the name of a file or folder"),
        ({"words": "la", "take": 2}, "`take` 2: expected `file`, too"),
        (
            {"words": "la", "file": "x", "voice": "alto"},
            "`file` 'x': expected no `voice` beside it; leave one of them out",
        ),
        ({"words": "la", "tempi": 3}, "field 'tempi': unknown; did you mean `tempo`?"),
        ({"words": "la", "zzz": 3}, "field 'zzz': unknown; known: `words`, `key`"),
        ({"words": "la", "schema": 2}, "`schema` 2: expected 1; write the request anew"),
        ({"words": "la", "preset": "x"}, "field 'preset': unknown"),
    ],
)
def test_what_can_not_be_is_told_with_field_value_and_way_out(values, message):
    with pytest.raises(ShinkoError) as told:
        read_request(Song, values)
    assert str(told.value).startswith(message)


def test_an_error_carries_its_parts():
    with pytest.raises(FieldError, match="`share` 2") as told:
        Song("la", share=2)
    error = told.value
    assert (error.field, error.value, error.expected) == ("share", 2, "above 0, at most 1")
    with pytest.raises(FieldError, match="key 'X'") as told:
        read_request(Song, {"words": "la", "key": "X"})
    assert (told.value.field, told.value.value) == ("key", "X")


def test_python_may_give_text_where_a_value_is_held():
    assert Song("la", key="Am").key == Key.parse("Am")  # type: ignore[arg-type]
    assert Song("la", file="x").file == Path("x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "told"),
    [("tempo", "20 to 400 beats a minute"), ("share", "above 0, at most 1"), ("seed", "")],
)
def test_limits_in_words(field, told):
    assert next(one for one in fields_of(Song) if one.name == field).limits == told


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"instrument": 5}, "`instrument`: 5; give names, such as 'flute' or 'bass=tuba'"),
        ({"instrument": [3]}, "`instrument`: [3]; give names"),
        ({"instrument": {"bass": 3}}, "`instrument`: {'bass': 3}; give names"),
        ({"instrument": ["=flute"]}, "`instrument`: '' holds no instrument; give one of chords"),
        ({"instrument": ["drums=flute"]}, "`instrument`: 'drums' holds no instrument"),
        ({"instrument": "kazoo"}, "instrument 'kazoo' is not known"),
        ({"meter": "3/5"}, "meter"),
        ({"meter": [3, 4]}, "`meter` [3, 4]: expected a text"),
    ],
)
def test_what_is_held_otherwise_than_written_is_read_by_its_own_reader(values, message):
    with pytest.raises(ShinkoError) as told:
        read_request(ComposeRequest, values)
    assert str(told.value).startswith(message)


def test_python_values_are_held_to_what_their_text_would_be():
    with pytest.raises(ShinkoError, match="3/5"):
        ComposeRequest(C, meter=(3, 5))
    assert ComposeRequest(C, meter=(3, 4)).meter == (3, 4)
    asked_for = read_request(ComposeRequest, {"instrument": {"bass": "tuba"}})
    assert asked_for.rendering.performance.instruments == {"bass": "tuba"}
