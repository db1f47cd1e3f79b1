"""Words, ties and a pick-up in a progression: held to their times, and kept as JSON."""

import json
from dataclasses import replace

import pytest

from shinko.intake.sections import bars_of
from shinko.score.bars import folded, written
from shinko.score.progression import MelodyNote, Progression, ProgressionError, Section
from shinko.score.words import Lyric, LyricError, line_count
from shinko.theory import Key, parse_token

SONG = Progression(
    tuple(map(parse_token, ["1", "5", "1", "5"])),
    Key.parse("C"),
    (4.0, 4.0, 4.0, 4.0),
    sections=(Section("A", 2), Section("A", 2)),
    melody=(
        MelodyNote(-1.0, 1.0, 67),
        MelodyNote(0.0, 4.0, 72, tied=True),
        MelodyNote(4.0, 2.0, 72),
        MelodyNote(8.0, 1.0, 71),
    ),
    lyrics=(Lyric(-1.0, "The "), Lyric(0.0, "mor"), Lyric(4.0, "ning\n"), Lyric(8.0, "comes\n\n")),
    pickup_beats=1.0,
    details=(("artist", "nobody"), ("artist", "somebody")),
)


def test_words_ties_and_pick_up_come_back_from_json():
    assert Progression.from_dict(json.loads(json.dumps(SONG.to_dict()))) == SONG


def test_json_without_them_is_as_it_was():
    plain = Progression(SONG.chords, SONG.key, SONG.beats, melody=(MelodyNote(0.0, 1.0, 60),))
    told = plain.to_dict()
    assert not {"lyrics", "pickup_beats", "details"} & told.keys()
    assert told["melody"] == [{"start_beats": 0.0, "beats": 1.0, "pitch": 60}]


def test_lines_of_words_are_counted():
    assert line_count(SONG.lyrics) == 2


def test_sections_that_are_sung_to_other_words_are_not_the_same():
    assert folded(SONG) == SONG
    same = replace(SONG, melody=(), lyrics=(Lyric(0.0, "la\n"), Lyric(8.0, "la\n")))
    assert folded(same).lyrics == (Lyric(0.0, "la\n"),)
    assert folded(same).sections == (Section("A", 2, 2),)


def test_tied_notes_sound_as_one():
    first, second = written(SONG)
    assert [(note.pitch, note.start_tick, note.end_tick) for note in first.melody] == [
        (72, 0, 6 * 480)
    ]
    assert len(second.melody) == 1


def test_some_bars_keep_their_own_words():
    later = bars_of(SONG, (3, 4))
    assert (later.lyrics, later.pickup_beats) == ((Lyric(0.0, "comes\n\n"),), 0.0)
    begin = bars_of(SONG, (1, 1))
    assert begin.lyrics == (Lyric(-1.0, "The "), Lyric(0.0, "mor"))
    assert begin.melody[-1].tied is False


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"pickup_beats": 4.0}, "pick-up of 4 beats; give 0 or more, and less than the 4"),
        ({"pickup_beats": 0.0}, "melody note 1 begins at beat -1"),
        ({"details": (("artist",),)}, r"detail \('artist',\); give a name and a text"),
        ({"melody": (MelodyNote(0, 1, 60, True),)}, "melody note 1 is tied to no other"),
        (
            {"melody": (MelodyNote(0, 1, 60, True), MelodyNote(1, 1, 62))},
            "melody note 1 is tied, and note 2 doesn't go on with it",
        ),
    ],
)
def test_what_has_no_place_is_refused(fields, message):
    with pytest.raises(ProgressionError, match=message):
        replace(SONG, **fields)


@pytest.mark.parametrize(
    ("lyrics", "message"),
    [
        ([Lyric(0.0, "")], "lyric 1 has 0 characters"),
        ([Lyric(16.0, "x")], "lyric 1 begins at beat 16; it begins within the 16 beats"),
        ([Lyric(2.0, "x"), Lyric(1.0, "y")], "lyric 1 begins after lyric 2"),
    ],
)
def test_words_without_a_time_are_refused(lyrics, message):
    with pytest.raises(LyricError, match=message):
        replace(SONG, melody=(), lyrics=tuple(lyrics))
