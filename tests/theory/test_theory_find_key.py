"""The key found from chords: usual progressions, spelling, and how often it is right on songs."""

import gzip
import hashlib
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.theory import Key, parse_chord_name, parse_roman
from shinko.theory import find_key as find_key_module
from shinko.theory.find_key import KINDS, PROFILES, find_key


def found(text: str) -> str:
    return str(find_key([parse_chord_name(name) for name in text.split()]))


@pytest.mark.parametrize(
    ("chords", "key"),
    [
        ("C G Am F", "C major"),
        ("Am7 D7 Gmaj7", "G major"),
        ("Dm7b5 G7 Cm", "C minor"),
        ("Am F C G", "A minor"),
        ("Am E7 Am Dm", "A minor"),
        ("F G Em Am F G C", "C major"),
        ("Em D C B7", "E minor"),
        ("A7 D7 A7 E7 A7", "A major"),
        ("F# C# D#m B", "F♯ major"),
        ("Gb Db Ebm Cb", "G♭ major"),
        ("G#m E B F#", "G♯ minor"),
        ("Abm Fb Cb Gb", "A♭ minor"),
        ("C#m A E B", "C♯ minor"),
        ("F C G", "C major"),
        ("F G Am", "A minor"),
        ("C D7 G7 C", "C major"),
        ("C7 F7 C7 G7 F7 C7", "C major"),
        ("G7 C", "C major"),
        ("A5 F5 G5 A5", "A minor"),
        ("Gb Cb Db", "G♭ major"),
        # F♯ and D♭ lie 6 and −5 fifths from C, F♯ major's middle (G♯) 8, G♭ major's (A♭) −4: in
        # all 2 + 13 from the one, 10 + 1 from the other.
        ("F# Db", "G♭ major"),
    ],
)
def test_usual_progressions(chords, key):
    assert found(chords) == key


def test_no_chords_are_in_c():
    assert find_key([]) == Key.parse("C")


def test_profiles_sum_to_a_thousand():
    for rows in PROFILES.values():
        assert len(rows) == 12
        assert all(len(row) == len(KINDS) for row in rows)
        assert sum(map(sum, rows)) == pytest.approx(1000, abs=10)  # each of 60 is rounded


@pytest.mark.parametrize(
    ("constant", "chords", "key", "without"),
    [
        ("FIRST", "Am F C G", "A minor", "C major"),
        ("LAST", "C G G", "G major", "C major"),
        ("CADENCE", "G7 C", "C major", "G major"),  # V7 I
        ("CADENCE", "Em C G", "G major", "E minor"),  # IV I
        ("CADENCE", "C E7 Am", "A minor", "C major"),  # V7 i
        ("MINOR", "C Am Am", "C major", "A minor"),
    ],
)
def test_each_constant_decides_somewhere(constant, chords, key, without, monkeypatch):
    assert found(chords) == key
    monkeypatch.setattr(find_key_module, constant, 0.0)
    assert found(chords) == without


def test_profiles_are_counts_of_the_songs_that_are_not_held_out(chords_folder):
    shares: dict[str, list[Counter]] = {"major": [], "minor": []}
    for corpus in ("billboard", "pop909"):
        for song in _songs(chords_folder, corpus):
            if not _is_held_out(song):
                key = Key.parse(f"{song['key']} {song['mode']}")
                chords = [_place(chord, key) for s in song["sections"] for chord in s["chords"]]
                shares[song["mode"]].append(
                    Counter({at: n / len(chords) for at, n in Counter(chords).items()})
                )
    assert {mode: len(songs) for mode, songs in shares.items()} == {"major": 870, "minor": 422}
    for mode, songs in shares.items():
        means = [
            [round(1000 * sum(song[step, kind] for song in songs) / len(songs)) for kind in KINDS]
            for step in range(12)
        ]
        assert means == [list(row) for row in PROFILES[mode]]


def _songs(folder, corpus: str) -> list[dict]:
    with gzip.open(folder / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as file:
        return list(map(json.loads, file))


def _is_held_out(song: dict) -> bool:
    """As benchmarks/key_finding.py has it."""
    return int(hashlib.sha1(song["id"].encode()).hexdigest(), 16) % 10 == 1


def _place(chord: dict, key: Key) -> tuple[int, str]:
    """Semitones above the tonic, and kind."""
    roman = parse_roman(chord["roman"])
    third = "minor" if "♭3" in roman.intervals else "major" if "3" in roman.intervals else ""
    if third == "minor" and "♭5" in roman.intervals:
        third = "diminished"
    if third == "major" and "♭7" in roman.intervals:
        third = "seventh"
    return (roman.root(key).pitch_class - key.tonic_pitch_class) % 12, third or "no third"


SOME_NUMERALS = ["I", "ii", "iii", "IV", "V", "V7", "vi", "viio", "bVII", "Imaj7", "V/V"]
NUMERALS = st.lists(st.sampled_from(SOME_NUMERALS), min_size=1, max_size=8)
TONICS = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]


@given(NUMERALS, st.integers(0, 11))
def test_moved_chords_are_in_the_moved_key(numerals, semitones):
    flats = [Key.parse(tonic) for tonic in TONICS]
    first, moved = (
        find_key([parse_chord_name(parse_roman(n).name(key)) for n in numerals])
        for key in (flats[0], flats[semitones])
    )
    # Two keys that fit alike may change places: C and F under the one chord they share.
    if first.mode == moved.mode:
        ways = (moved.tonic_pitch_class - first.tonic_pitch_class - semitones) % 12
        assert ways == 0 or len(set(numerals)) < 3
    assert abs(moved.fifths) <= 7


@given(st.lists(st.sampled_from(["C", "Db", "F#7", "G#m", "Bbdim", "Esus4"]), max_size=6))
def test_the_same_chords_give_the_same_key(names):
    assert found(" ".join(names)) == found(" ".join(names))


def _relation(key: Key, song: Key) -> str:
    if (key.tonic_pitch_class, key.mode) == (song.tonic_pitch_class, song.mode):
        return "right"
    same = key.relative_major.tonic.pitch_class == song.relative_major.tonic.pitch_class
    return "relative" if same else "other"


@pytest.mark.parametrize(
    ("corpus", "right", "relative"),
    [("billboard", 0.75, 0.05), ("pop909", 0.81, 0.16)],
)
def test_most_songs_are_in_the_key_that_their_first_16_chords_show(
    chords_folder, corpus, right, relative
):
    counts: Counter[str] = Counter()
    for song in _songs(chords_folder, corpus):
        key = Key.parse(f"{song['key']} {song['mode']}")
        chords = [chord for section in song["sections"] for chord in section["chords"]][:16]
        names = [parse_chord_name(parse_roman(c["roman"]).name(key)) for c in chords]
        counts[_relation(find_key(names), key)] += 1
    assert counts["right"] / counts.total() >= right
    assert counts["relative"] / counts.total() <= relative


def test_the_third_tells_the_mode():
    assert [found(name) for name in ("C", "Cmaj7", "Cm", "Cm7")] == [
        "C major",
        "C major",
        "C minor",
        "C minor",
    ]
