"""Every export of 1,000 seeded compositions, opened by programs that are not Shinko's.

Run: python benchmarks/exports.py
Needs the programs mscore3, fluidsynth, abc2midi, pdfinfo and ffprobe; the development extra brings
the Python packages.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import mido
import music21
import pretty_midi
import soundfile
import verovio
from lxml import etree

from record import write_result
from shinko.errors import ShinkoError
from shinko.export.loudness import loudness_lufs, true_peak_dbfs
from shinko.recipes.compose import ComposeRequest, compose
from shinko.recipes.formats import FORMATS, Rendering
from shinko.recipes.policy import shipped_policy
from shinko.recipes.read import Reading, read
from shinko.recipes.render import render
from shinko.recipes.wishes import Wishes
from shinko.score.arrange import Performance
from shinko.score.bars import played
from shinko.score.pattern import find_pattern, pattern_names
from shinko.score.progression import MOST_CHORDS, Progression
from shinko.score.voicing import VOICINGS, VoicingError
from shinko.theory import Key

COUNT, SEED, BATCH = 1000, 0, 50
TONICS = "C♭ G♭ D♭ A♭ E♭ B♭ F C G D A E B F♯ C♯"
METERS = [(4, 4), (4, 4), (3, 4), (6, 8)]
IMPORTED = (
    ("xml.xsd", "http://www.w3.org/XML/1998/namespace", ("lang", "space")),
    (
        "xlink.xsd",
        "http://www.w3.org/1999/xlink",
        ("href", "type", "role", "title", "show", "actuate"),
    ),
)
FORMS = ["", "", "", "AABA", "verse chorus verse chorus"]


def compositions(count: int) -> Iterator[tuple[Progression, Rendering]]:
    """Seeded compositions in all 30 keys, and how each is played and drawn."""
    rng, policy = random.Random(SEED), shipped_policy()
    for number in range(count):
        minor = rng.random() < 0.5
        tonic = Key.parse(rng.choice(TONICS.split()))
        key = Key.parse(f"{tonic.note_names[5]} minor") if minor else tonic
        meter, form = rng.choice(METERS), rng.choice(FORMS)
        length = rng.choice((2, 4, 8) if form else (1, 4, 8, 8, 16, MOST_CHORDS))
        beats = rng.choice((None, None, 1.0, 1.5, 2.0))
        fitting = [
            name
            for name in pattern_names()
            if {"any", "{}/{}".format(*meter)} & set(find_pattern(name).meters)
        ]
        request = ComposeRequest(
            key=key,
            length=length,
            count=1,
            seed=number,
            tempo_bpm=rng.choice((60, 100, 140, 180)),
            meter=meter,
            beats_per_chord=beats,
            form=form,
            wishes=Wishes(start="any"),
        )
        (progression,) = compose(policy, request)
        yield (
            progression,
            Rendering(
                formats=tuple(
                    name for name in FORMATS if name not in ("flac", "mp3", "line", "diagrams")
                ),
                performance=Performance(
                    rng.choice(fitting), voicing=rng.choice(["", *VOICINGS]), seed=number
                ),
                layout=rng.choice(("lead", "lead", "grand")),
                diagrams=rng.choice(("", "", "guitar", "piano")),
            ),
        )


def check_midi(data: bytes, progression: Progression) -> None:
    """mido: as many "off" as "on", none struck while it sounds, whole bars."""
    file = mido.MidiFile(file=io.BytesIO(data))
    ends = set()
    for track in file.tracks:
        sounding: set[tuple[int, int]] = set()
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on":
                assert (message.channel, message.note) not in sounding, "struck while it sounds"
                sounding.add((message.channel, message.note))
            elif message.type == "note_off":
                sounding.remove((message.channel, message.note))
        assert not sounding, "stuck notes"
        ends.add(now)
    (end,) = ends
    passages = played(progression)
    assert end == passages[-1].end_tick, "other length"
    assert end % passages[0].bar_ticks == 0, "no whole bars"


def check_pretty_midi(data: bytes, progression: Progression) -> None:
    heard = pretty_midi.PrettyMIDI(io.BytesIO(data))
    assert sum(len(instrument.notes) for instrument in heard.instruments), "no notes"


def check_schema(data: bytes, progression: Progression) -> None:
    SCHEMA.assertValid(etree.fromstring(data))


def check_bars(data: bytes, progression: Progression) -> None:
    """Durations of each voice of each bar sum to the meter."""
    numerator, denominator = progression.meter
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


def check_verovio(data: bytes, progression: Progression) -> None:
    toolkit = verovio.toolkit()
    assert toolkit.loadData(data.decode()), "not loaded"
    assert toolkit.getPageCount() >= 1, "no page"


def check_music21(data: bytes, progression: Progression) -> None:
    """As many chord symbols as chords, and key and meter as they were."""
    score = music21.converter.parseData(data.decode(), format="musicxml")
    symbols = list(score.recurse().getElementsByClass(music21.harmony.ChordSymbol))
    symbols = [s for s in symbols if not isinstance(s, music21.harmony.NoChord)]
    written = re.findall(rb"<root>", data)
    assert len(symbols) == len(written), f"{len(symbols)} of {len(written)} chords"
    (meter,) = {
        m.ratioString for m in score.recurse().getElementsByClass(music21.meter.TimeSignature)
    }
    assert meter == "{}/{}".format(*progression.meter), meter


def check_svg(data: bytes, progression: Progression) -> None:
    assert ET.fromstring(data).tag.endswith("svg")


def check_wav(data: bytes, progression: Progression) -> None:
    audio, rate = soundfile.read(io.BytesIO(data), always_2d=True)
    assert rate == 44_100
    peak, loudness = true_peak_dbfs(audio.T), loudness_lufs(audio.T)
    assert peak < -1, f"true peak {peak:.2f} dB"
    LOUDNESS.append(loudness)


def check_json(data: bytes, progression: Progression) -> None:
    assert Progression.from_dict(json.loads(data)) == progression


CHECKS: dict[str, list[tuple[str, Callable[[bytes, Progression], None]]]] = {
    ".mid": [("mido", check_midi), ("pretty_midi", check_pretty_midi)],
    ".musicxml": [
        ("MusicXML 4.0 schema (lxml)", check_schema),
        ("bars sum to the meter", check_bars),
        ("Verovio", check_verovio),
        ("music21", check_music21),
    ],
    ".svg": [("XML parser", check_svg)],
    ".wav": [("libsndfile, true peak below -1 dB", check_wav)],
    ".json": [("equal when read", check_json)],
}
LOUDNESS: list[float] = []


def load_schema() -> etree.XMLSchema:
    """The official schema, which the package musicxml carries."""
    spec = find_spec("musicxml")
    if spec is None or spec.origin is None:
        raise SystemExit("the package musicxml isn't installed")
    # It imports two others from the web; of them it needs the names of a few attributes.
    text = (Path(spec.origin).parent / "generate_classes/musicxml_4_0.xsd").read_text("utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, namespace, attributes in IMPORTED:
            told = "".join(
                f'<xs:attribute name="{attribute}" type="xs:string"/>' for attribute in attributes
            )
            (folder / file).write_text(
                '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
                f'targetNamespace="{namespace}">{told}</xs:schema>'
            )
        (folder / "musicxml.xsd").write_text(
            text.replace("http://www.musicxml.org/xsd/", ""), encoding="utf-8"
        )
        return etree.XMLSchema(file=str(folder / "musicxml.xsd"))


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def programs(folder: Path, stems: list[str]) -> dict[str, list[str]]:
    """What whole programs make of a batch of files: for each program the stems that failed."""
    failed: dict[str, list[str]] = {}
    jobs = [
        {"in": str(folder / f"{stem}.musicxml"), "out": str(folder / f"{stem}.mscore.mid")}
        for stem in stems
    ]
    (folder / "job.json").write_text(json.dumps(jobs))
    environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    run(["mscore3", "-j", str(folder / "job.json")], env=environment)
    failed["MuseScore 3"] = [s for s in stems if not (folder / f"{s}.mscore.mid").exists()]
    failed["FluidSynth"] = []
    for stem in stems:
        done = run(
            [
                "fluidsynth",
                "-ni",
                "-r",
                "8000",
                "-F",
                str(folder / "out.wav"),
                SOUNDFONT,
                str(folder / f"{stem}.mid"),
            ]
        )
        complaint = re.search(r"(?i)error|panic|fail", done.stderr)
        if done.returncode or complaint or soundfile.info(folder / "out.wav").duration < 0.5:
            failed["FluidSynth"].append(stem)
    failed["abc2midi"] = []
    for stem in stems:
        done = run(["abc2midi", str(folder / f"{stem}.abc"), "-o", str(folder / "abc.mid")])
        if done.returncode or re.search(r"(?i)error|warning", done.stdout + done.stderr):
            failed["abc2midi"].append(stem)
    failed["pdfinfo"] = [
        stem for stem in stems if run(["pdfinfo", str(folder / f"{stem}.pdf")]).returncode
    ]
    return failed


def versions() -> dict[str, str]:
    """What the files were opened with."""
    packages = ("mido", "pretty_midi", "verovio", "music21", "lxml", "soundfile")
    told = {name: version(name) for name in packages}
    for name, command in (
        ("MuseScore", ["mscore3", "--version"]),
        ("FluidSynth", ["fluidsynth", "--version"]),
        ("abc2midi", ["abc2midi", "-ver"]),
        ("pdfinfo", ["pdfinfo", "-v"]),
    ):
        done = run(command, env={"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin"})
        found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
        told[name] = found[0] if found else "?"
    return told


def reread(path: Path, progression: Progression) -> bool:
    """Whether Shinko's own readers find the chords and beats that were played."""

    def heard(one: Progression) -> list[tuple[str, int, int]]:
        names = one.names
        return [(names[c], a, b) for p in played(one) for c, a, b in p.chords]

    try:
        (found,) = read(str(path), Reading()).progressions
    except ShinkoError:
        return False
    return heard(found) == heard(progression)


SCHEMA = load_schema()
SOUNDFONT = str(Path(find_spec("pretty_midi").origin).with_name("TimGM6mb.sf2"))  # type: ignore[union-attr, arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    count = parser.parse_args().count
    warnings.simplefilter("ignore")
    verovio.enableLog(verovio.LOG_OFF)
    opened: Counter[str] = Counter()
    failures: dict[str, list[str]] = defaultdict(list)
    refused: list[str] = []
    seconds: Counter[str] = Counter()
    batch: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, (progression, rendering) in enumerate(compositions(count)):
            stem = f"{number:04d}"
            contents: dict[str, bytes] = {}
            for kind in rendering.formats:
                began = time.perf_counter()
                try:
                    one = Rendering(
                        (kind,),
                        rendering.performance,
                        layout=rendering.layout,
                        diagrams=rendering.diagrams,
                    )
                    contents |= render(progression, one)
                except VoicingError as error:
                    refused.append(f"{stem} {kind}: {error}")
                seconds[kind] += time.perf_counter() - began
            for suffix, content in contents.items():
                (folder / (stem + suffix)).write_bytes(content)
                for reader, check in CHECKS.get(re.sub(r"^-\d+", "", suffix), []):
                    kind = f"{suffix.split('.', 1)[1]}: {reader}"
                    try:
                        check(content, progression)
                        opened[kind] += 1
                    except Exception as error:
                        failures[kind].append(f"{stem}: {type(error).__name__} {error}"[:200])
            for suffix in (".mid", ".musicxml", ".cho", ".txt"):
                kind = f"{suffix[1:]}: read again by Shinko"
                if reread(folder / (stem + suffix), progression):
                    opened[kind] += 1
                else:
                    failures[kind].append(stem)
            batch.append(stem)
            if len(batch) == BATCH or number == count - 1:
                for program, stems in programs(folder, batch).items():
                    opened[program] += len(batch) - len(stems)
                    failures[program] += stems
                for path in folder.iterdir():
                    if path.is_file():
                        path.unlink()
                batch.clear()
                print(f"{number + 1}/{count}", dict(opened), file=sys.stderr, flush=True)
    for kind, stems in failures.items():
        if stems:
            print(f"FAILED {kind}: {len(stems)}: {stems[:5]}")
    print("refused:", len(refused), refused[:5])
    near = sum(abs(loudness + 16) <= 1 for loudness in LOUDNESS)
    result = {
        "count": count,
        "seed": SEED,
        "opened": dict(opened),
        "failed": {kind: len(stems) for kind, stems in failures.items() if stems},
        "refused": len(refused),
        "milliseconds": {kind: round(1000 * s / count, 1) for kind, s in seconds.items()},
        "programs": versions(),
        "loudness_near_16": near,
        "loudness_lufs": [round(min(LOUDNESS), 1), round(max(LOUDNESS), 1)],
    }
    print(json.dumps(result, indent=1))
    write_result("exports", "python benchmarks/exports.py", result)
    if result["failed"]:
        raise SystemExit("some exports could not be opened")


if __name__ == "__main__":
    main()
