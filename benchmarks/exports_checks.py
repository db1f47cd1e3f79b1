"""Whether what was exported is what other programs find: one check for each of them."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import mido
import music21
import pretty_midi
import soundfile
import verovio
from lxml import etree

from record import ROOT
from shinko.errors import ShinkoError
from shinko.export.loudness import loudness_lufs, true_peak_dbfs
from shinko.files.formats import Job
from shinko.files.read import Reading, read
from shinko.score.bars import played
from shinko.score.progression import Progression
from shinko.score.score import DRUM_CHANNEL

sys.path.insert(0, str(ROOT / "tests" / "export"))
from musicxml_schema import load_schema

REREAD = (".mid", ".musicxml", ".cho", ".txt")
PROGRAMS = {
    "MuseScore": ["mscore3", "--version"],
    "FluidSynth": ["fluidsynth", "--version"],
    "abc2midi": ["abc2midi", "-ver"],
    "pdfinfo": ["pdfinfo", "-v"],
}
PACKAGES = ("mido", "pretty_midi", "verovio", "music21", "lxml", "soundfile")
Notes = Counter[tuple[int, int, int, int, int]]  # channel, start, end, pitch, velocity


def check_mido(data: bytes, job: Job) -> None:
    """The notes of the score, none struck while it sounds, whole bars."""
    file = mido.MidiFile(file=io.BytesIO(data))
    found: Notes = Counter()
    ends = set()
    for track in file.tracks:
        sounding: dict[tuple[int, int], tuple[int, int]] = {}
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on":
                assert (message.channel, message.note) not in sounding, "struck while it sounds"
                sounding[message.channel, message.note] = now, message.velocity
            elif message.type == "note_off":
                start, velocity = sounding.pop((message.channel, message.note))
                found[message.channel, start, now, message.note, velocity] += 1
        assert not sounding, "stuck notes"
        ends.add(now)
    assert found == _notes(job), "other notes"
    (end,) = ends
    passages = played(job.progression)
    assert end == passages[-1].end_tick, "other length"
    assert end % passages[0].bar_ticks == 0, "no whole bars"


def check_pretty_midi(data: bytes, job: Job) -> None:
    """The notes of the score."""
    heard = pretty_midi.PrettyMIDI(io.BytesIO(data))
    tracks = job.score.tracks
    assert len(heard.instruments) == len(tracks), "other instruments"
    found: Notes = Counter()
    for instrument, track in zip(heard.instruments, tracks, strict=True):
        assert instrument.is_drum == (track.channel == DRUM_CHANNEL), "other drums"
        assert instrument.program == track.program, "another programme"
        for note in instrument.notes:
            start, end = heard.time_to_tick(note.start), heard.time_to_tick(note.end)
            found[track.channel, start, end, note.pitch, note.velocity] += 1
    assert found == _notes(job), "other notes"


def _notes(job: Job) -> Notes:
    return Counter(
        (track.channel, note.start_tick, note.end_tick, note.pitch, note.velocity)
        for track in job.score.tracks
        for note in track.notes
    )


def check_schema(data: bytes, job: Job) -> None:
    """Valid by the official schema."""
    _schema().assertValid(etree.fromstring(data))


@cache
def _schema() -> etree.XMLSchema:
    return load_schema()


def check_bars(data: bytes, job: Job) -> None:
    """Durations of each voice of each bar sum to the meter."""
    numerator, denominator = job.progression.meter
    for part in ET.fromstring(data).iter("part"):
        divisions = 0
        for measure in part.iter("measure"):
            divisions = int(measure.findtext("attributes/divisions") or divisions)
            voices: Counter[str] = Counter()
            for note in measure.iter("note"):
                if note.find("chord") is None:
                    voices[note.findtext("voice") or "1"] += int(note.findtext("duration") or 0)
            bar = numerator * 4 * divisions // denominator
            assert set(voices.values()) == {bar}, f"{dict(voices)} of {bar}"


def check_verovio(data: bytes, job: Job) -> None:
    """It can be laid out on pages."""
    toolkit = verovio.toolkit()
    assert toolkit.loadData(data.decode()), "not loaded"
    assert toolkit.getPageCount() >= 1, "no page"


def check_music21(data: bytes, job: Job) -> None:
    """Roots and basses of all chords, and the meter, as they were."""
    score = music21.converter.parseData(data.decode(), format="musicxml")
    symbols = list(score.recurse().getElementsByClass(music21.harmony.ChordSymbol))
    found = [
        (symbol.root().pitchClass, symbol.bass().pitchClass)
        for symbol in symbols
        if not isinstance(symbol, music21.harmony.NoChord)
    ]
    key = job.written.key
    # On two staves the symbols stand over one of them only.
    expected = [(c.root(key).pitch_class, c.bass(key)) for c in job.written.chords]
    assert found == expected, "other chords"
    (meter,) = {
        m.ratioString for m in score.recurse().getElementsByClass(music21.meter.TimeSignature)
    }
    assert meter == "{}/{}".format(*job.progression.meter), meter


def check_svg(data: bytes, job: Job) -> None:
    """Well-formed."""
    assert ET.fromstring(data).tag.endswith("svg")


def check_wav(data: bytes, job: Job) -> None:
    """As long as the piece at least, and below the peak that is promised."""
    audio, rate = soundfile.read(io.BytesIO(data), always_2d=True)
    score = job.score
    seconds = score.end_tick * 60 / score.tempo_bpm / score.ticks_per_quarter
    assert len(audio) / rate >= seconds, "too short"
    peak = true_peak_dbfs(audio.T)
    assert peak < -1, f"true peak {peak:.2f} dB"


def measured_lufs(data: bytes) -> float:
    """The loudness of a sound file."""
    audio, _ = soundfile.read(io.BytesIO(data), always_2d=True)
    return loudness_lufs(audio.T)


def check_json(data: bytes, job: Job) -> None:
    """Equal when read."""
    assert Progression.from_dict(json.loads(data)) == job.progression


CHECKS: dict[str, list[tuple[str, Callable[[bytes, Job], None]]]] = {
    ".mid": [
        ("mido: the same notes", check_mido),
        ("pretty_midi: the same notes", check_pretty_midi),
    ],
    ".musicxml": [
        ("official schema (lxml): valid", check_schema),
        ("bars sum to the meter", check_bars),
        ("Verovio", check_verovio),
        ("music21: the same roots, basses, meter", check_music21),
    ],
    ".svg": [("XML parser", check_svg)],
    ".wav": [("libsndfile: length, true peak below -1 dB", check_wav)],
    ".json": [("Shinko: equal when read", check_json)],
}


def reread(path: Path, progression: Progression) -> str:
    """What Shinko's own readers find amiss in a file; "" if they find what was played."""
    try:
        (found,) = read(str(path), Reading()).progressions
    except ShinkoError as error:
        return str(error)
    return "" if _heard(found) == _heard(progression) else "other chords or times"


def _heard(progression: Progression) -> list[tuple[object, ...]]:
    """What sounds when: root, quality and bass; a program may spell G♯ as A♭."""
    key = progression.key
    chords = [(c.root(key).pitch_class, c.quality, c.bass(key)) for c in progression.chords]
    return [(chords[c], a, b) for passage in played(progression) for c, a, b in passage.chords]


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    """Run a program, whatever it ends with."""
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def by_programs(folder: Path, jobs: dict[str, Job]) -> dict[str, list[str]]:
    """What whole programs make of a batch of files: for each program what failed."""
    failed: dict[str, list[str]] = {}
    there_and_back = [
        {"in": str(folder / f"{stem}.musicxml"), "out": str(folder / f"{stem}.back.musicxml")}
        for stem in jobs
    ]
    (folder / "job.json").write_text(json.dumps(there_and_back))
    run(["mscore3", "-j", str(folder / "job.json")], env=_environment(folder))
    back = {stem: reread(folder / f"{stem}.back.musicxml", jobs[stem].progression) for stem in jobs}
    failed["musicxml: MuseScore 3: the same chords and times"] = [
        f"{stem}: {amiss}" for stem, amiss in back.items() if amiss
    ]
    failed["mid: FluidSynth"] = [stem for stem in jobs if not _played(folder, stem)]
    failed["abc: abc2midi"] = [stem for stem in jobs if not _abc_read(folder, stem)]
    failed["pdf: pdfinfo"] = [
        stem for stem in jobs if run(["pdfinfo", str(folder / f"{stem}.pdf")]).returncode
    ]
    return failed


def _environment(folder: Path) -> dict[str, str]:
    return {"QT_QPA_PLATFORM": "offscreen", "PATH": os.environ["PATH"], "HOME": str(folder)}


def _played(folder: Path, stem: str) -> bool:
    spec = find_spec("pretty_midi")
    assert spec is not None
    assert spec.origin is not None
    font = Path(spec.origin).with_name("TimGM6mb.sf2")
    out = folder / "played.wav"
    command = ["fluidsynth", "-ni", "-r", "8000", "-F", str(out), str(font)]
    done = run([*command, str(folder / f"{stem}.mid")])
    complaint = re.search(r"(?i)error|panic|fail", done.stderr)
    return not (done.returncode or complaint) and soundfile.info(out).duration >= 0.5


def _abc_read(folder: Path, stem: str) -> bool:
    done = run(["abc2midi", str(folder / f"{stem}.abc"), "-o", str(folder / "abc.mid")])
    return not (done.returncode or re.search(r"(?i)error|warning", done.stdout + done.stderr))


def versions() -> dict[str, str]:
    """What the files were opened with."""
    told = {name: version(name) for name in PACKAGES}
    for name, command in PROGRAMS.items():
        done = run(command, env=_environment(Path.cwd()))
        found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
        told[name] = found[0] if found else "?"
    return told
