"""How much of a MIDI file's chords is found again: from its markers, and from its notes alone.

Run: python benchmarks/chord_finding.py
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from random import Random

import mido

from record import write_result
from shinko.export.midi import midi_bytes
from shinko.intake.midi import find_progression
from shinko.rl.policy import shipped_policy
from shinko.score.arrange import Performance, arrange
from shinko.score.progression import Progression
from shinko.score.score import TICKS_PER_QUARTER, NoteEvent, Score, Track
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.songwriting.usual import MOST_COMPOSED
from shinko.theory import Key

SEEDS = (0, 1, 2)
EACH, LENGTH = 34, 16  # progressions for each seed, chords in each
HUMANIZE = 1.0  # the most uneven that a performance can be
PATTERNS = ["block", "ballad", "pop-rock", "strum", "arpeggio", "eight-bit"]
PATTERNS += ["bossa", "waltz", "jazz"]
WITH_FLUTE = ["block", "pop-rock", "arpeggio"]
KEYS = ["C", "G", "D", "A", "E", "F", "Bb", "Eb", "Ab", "Db"]
KEYS += ["Am", "Em", "Bm", "F#m", "C#m", "Dm", "Gm", "Cm", "Fm"]
TEMPOS_BPM, BEATS = (66, 84, 100, 120, 144, 180), (2.0, 4.0, 4.0, 8.0)
SAMPLE_BEATS = 0.25
SONG_TEMPO_BPM, ROUNDS = 85.0, 9  # 64 bars of 4/4 are 181 seconds
IN_CHORD = 0.5  # how many of the melody's notes are tones of the chord; the rest, of the scale


def progressions(seed: int) -> list[Progression]:
    """Progressions of the shipped policy in many keys, tempos and lengths of chords."""
    rng, policy = Random(seed), shipped_policy()
    made = []
    for number in range(EACH):
        request = ComposeRequest(
            key=Key.parse(rng.choice(KEYS)),
            length=LENGTH,
            count=1,
            seed=1000 * seed + number,
            tempo_bpm=rng.choice(TEMPOS_BPM),
            beats_per_chord=rng.choice(BEATS),
        )
        made += compose(policy, request)
    return made


def with_flute(score: Score, progression: Progression, rng: Random) -> Score:
    """A melody in eighths over the piece, half chord tones, half scale, named as an instrument."""
    scale = {0, 2, 4, 5, 7, 9, 11}
    tonic = progression.key.relative_major.tonic_pitch_class
    notes, pitch = [], 76
    for tick in range(0, score.end_tick, TICKS_PER_QUARTER // 2):
        _, _, _, chord = sounding(progression, tick / TICKS_PER_QUARTER)
        wanted = chord if rng.random() < IN_CHORD else {(tonic + step) % 12 for step in scale}
        possible = [p for p in range(69, 89) if p % 12 in wanted]
        pitch = rng.choice(sorted(possible, key=lambda p, last=pitch: abs(p - last))[:3])
        notes.append(NoteEvent(tick, TICKS_PER_QUARTER // 2 - 10, pitch, 90))
    flute = Track("Flute", program=73, channel=2, notes=tuple(notes))
    return replace(score, tracks=(*score.tracks, flute))


def as_one_piano(score: Score) -> Score:
    """All pitched notes in one track, as somebody alone at the piano plays them."""
    notes = {
        (note.start_tick, note.pitch): note
        for track in score.tracks
        if track.channel != 9
        for note in track.notes
    }
    piano = Track("Piano", program=0, channel=0, notes=tuple(notes[at] for at in sorted(notes)))
    return replace(score, tracks=(piano,))


def without_words(data: bytes) -> bytes:
    """The file without markers and without its key signature: nothing but notes and time."""
    file = mido.MidiFile(file=io.BytesIO(data))
    for track in file.tracks:
        left = 0
        kept = mido.MidiTrack()
        for message in track:
            if message.type in ("marker", "key_signature"):
                left += message.time
                continue
            kept.append(message.copy(time=message.time + left))
            left = 0
        track[:] = kept
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def sounding(progression: Progression, beat: float) -> tuple[int, str, int, frozenset[int]]:
    """Root, quality, bass and pitch classes of the chord at a beat."""
    ends = accumulate(progression.beats)
    place = next((place for place, end in enumerate(ends) if beat < end), -1)
    chord = progression.chords[place]
    key = progression.key
    tones = frozenset(chord.pitch_classes(key))
    return chord.root(key).pitch_class, chord.quality, chord.bass(key), tones


def performances(pattern: str, what: str, seed: int) -> Iterator[tuple[Progression, Score]]:
    rng = Random(seed)
    for number, progression in enumerate(progressions(seed)):
        if pattern == "waltz":
            progression = replace(progression, meter=(3, 4), beats=(3.0,) * LENGTH)
        score = arrange(progression, Performance(pattern, humanize=HUMANIZE, seed=number))
        if what:
            score = with_flute(score, progression, rng)
        yield progression, as_one_piano(score) if what == "one piano" else score


def measured(pattern: str, what: str, seed: int) -> dict[str, float]:
    """Shares of the time (0..1) that root, quality, and bass are right, and of all keys."""
    right = dict.fromkeys(("root", "third", "chord", "bass"), 0)
    samples = keys = again = 0
    seconds = []
    for progression, score in performances(pattern, what, seed):
        data = midi_bytes(score)
        back = find_progression(data)
        same = (back.how, *told(back.progression)) == ("markers", *told(progression))
        again += same
        data = without_words(data)
        began = time.perf_counter()
        found = find_progression(data).progression
        seconds.append(time.perf_counter() - began)
        keys += found.key.fifths % 12 == progression.key.fifths % 12 and (
            found.key.mode == progression.key.mode
        )
        for sample in range(round(sum(progression.beats) / SAMPLE_BEATS)):
            beat = (sample + 0.5) * SAMPLE_BEATS
            root, quality, bass, tones = sounding(progression, beat)
            its_root, its_quality, its_bass, its_tones = sounding(found, beat)
            samples += 1
            right["root"] += root == its_root
            right["third"] += root == its_root and thirds(root, tones) == thirds(root, its_tones)
            right["chord"] += (root, quality) == (its_root, its_quality)
            right["bass"] += bass == its_bass
    return {
        **{name: round(count / samples, 4) for name, count in right.items()},
        "key": round(keys / EACH, 4),
        "same_from_markers": round(again / EACH, 4),
        "seconds": round(statistics.mean(seconds), 4),
    }


def song_seconds() -> dict[str, float]:
    """How long three minutes take that have as many chords as a progression holds."""
    request = ComposeRequest(
        Key.parse("D"), length=MOST_COMPOSED, count=1, seed=0, tempo_bpm=SONG_TEMPO_BPM
    )
    (progression,) = compose(shipped_policy(), request)
    marked = midi_bytes(arrange(progression, Performance("pop-rock")))
    seconds = {}
    for how, data in (("markers", marked), ("notes", without_words(marked))):
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            find_progression(data)
            times.append(time.perf_counter() - began)
        seconds[how] = round(statistics.median(times), 4)
    return seconds


def thirds(root: int, tones: frozenset[int]) -> list[bool]:
    """Whether a chord has a minor and a major third."""
    return [(root + third) % 12 in tones for third in (3, 4)]


def told(progression: Progression) -> tuple[object, ...]:
    """What must come back from markers, all of it."""
    return (
        *(progression.names, progression.beats, progression.key),
        *(progression.tempo_bpm, progression.meter, progression.title),
    )


def main() -> None:
    rows = []
    plays = [(pattern, "") for pattern in PATTERNS]
    plays += [(pattern, "a flute") for pattern in WITH_FLUTE]
    plays += [(pattern, "one piano") for pattern in WITH_FLUTE]
    for pattern, what in plays:
        runs = [measured(pattern, what, seed) for seed in SEEDS]
        means = {name: round(statistics.mean(r[name] for r in runs), 3) for name in runs[0]}
        print(pattern, what, means, flush=True)
        if means["same_from_markers"] < 1:
            raise SystemExit(f"{pattern} {what}: markers don't bring all progressions back")
        rows.append({"pattern": pattern, "melody": what, "runs": runs})
    write_result(
        "chord_finding",
        "python benchmarks/chord_finding.py",
        {
            "seeds": SEEDS,
            "progressions": EACH,
            "length": LENGTH,
            "humanize": HUMANIZE,
            "song_seconds": song_seconds(),
            "rows": rows,
        },
    )


if __name__ == "__main__":
    main()
