"""Compose progressions from a policy, and write them for a DAW. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shinko.errors import ShinkoError
from shinko.export.midi import midi_bytes
from shinko.export.text import progression_json
from shinko.files import write_atomically
from shinko.nets.light import sample_light
from shinko.recipes.policy import Policy
from shinko.score.arrange import arrange
from shinko.score.progression import BEATS_RANGE, MOST_CHORDS, TEMPO_RANGE_BPM, Progression
from shinko.theory import Key, parse_token, roman_from_name

MOST_PROGRESSIONS = 100_000


@dataclass(frozen=True)
class ComposeRequest:
    """What to compose.

    Raises:
      ShinkoError: a value lies outside its range.
    """

    key: Key
    """The key; chords learned from a table are read in it."""
    length: int = 8
    """Chords in each progression, 1 to 64."""
    count: int = 4
    """How many progressions."""
    start: str = "tonic"
    """The first chord: "tonic", "any" (as it comes), or a chord, such as "IV" or "Am"."""
    temperature: float = 1.0
    """Above 1 more surprising, below 1 more usual; 0 always takes the likeliest chord."""
    seed: int = 0
    """The same seed gives the same music."""
    tempo_bpm: float = 100.0
    """Quarter notes per minute, 20 to 400."""
    beats_per_chord: float = 4.0
    """Quarter notes that each chord lasts, 1/16 to 256."""

    def __post_init__(self) -> None:
        _check("--length", self.length, 1, MOST_CHORDS)
        _check("--count", self.count, 1, MOST_PROGRESSIONS)
        _check("--temperature", self.temperature, 0, 100)
        _check("--seed", self.seed, 0, 2**63 - 1)
        _check("--tempo", self.tempo_bpm, *TEMPO_RANGE_BPM)
        _check("--beats-per-chord", self.beats_per_chord, *BEATS_RANGE)


def compose(policy: Policy, request: ComposeRequest) -> list[Progression]:
    """Draw progressions from a policy; the same policy and request give the same ones."""
    first = _first_chord(policy, request)
    tokens, log_probs = sample_light(
        policy.model,
        steps=request.length,
        count=request.count,
        temperature=request.temperature,
        rng=np.random.default_rng(request.seed),
        first=first,
    )
    chords = [parse_token(token) for token in policy.chords]
    beats = (request.beats_per_chord,) * request.length
    return [
        Progression(
            chords=tuple(chords[index] for index in row),
            key=request.key,
            beats=beats,
            tempo_bpm=request.tempo_bpm,
            title=f"Shinko {request.seed}-{number}",
            seed=request.seed,
            policy=policy.name,
            log_probability=round(float(log_prob), 4) + 0.0,  # never -0.0
        )
        for number, (row, log_prob) in enumerate(zip(tokens.tolist(), log_probs, strict=True), 1)
    ]


def _first_chord(policy: Policy, request: ComposeRequest) -> int | None:
    """The number of the chord to begin with, or None to leave it to the policy."""
    start = request.start.strip()
    if start.lower() == "any":
        return None
    is_tonic = start.lower() == "tonic"
    wanted = ("i" if request.key.is_minor else "I") if is_tonic else start
    try:
        chord = roman_from_name(wanted, request.key)
    except ShinkoError as error:
        raise ShinkoError(f"--start: {error}; or tonic, or any") from None
    for token in chord.tokens_in(request.key):
        if token in policy.chords:
            return policy.chords.index(token)
    if is_tonic:
        return _on_tonic(policy, request.key)
    known = ", ".join(parse_token(token).roman(request.key) for token in policy.chords[:8])
    raise ShinkoError(
        f"--start '{request.start}': not among the {len(policy.chords)} chords of the policy; "
        f"the commonest are {known}"
    )


def _on_tonic(policy: Policy, key: Key) -> int | None:
    """The first chord of the policy whose root and bass are the tonic, such as a blues' I7."""
    for index, token in enumerate(policy.chords):
        chord = parse_token(token)
        if key.tonic_pitch_class == chord.bass(key) == chord.pitch_classes(key)[0]:
            return index
    return None


def write_progressions(progressions: Sequence[Progression], folder: Path) -> list[Path]:
    """Write each progression as MIDI and JSON; return the MIDI files.

    A file that is there with other content stays, and the new one gets a name of its own.

    Raises:
      ShinkoError: a file can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ShinkoError(
            f"{folder}: can't be made ({error.strerror}); choose another with --out"
        ) from error
    paths = []
    for number, progression in enumerate(progressions, 1):
        text = progression_json(progression).encode()
        contents = {".mid": midi_bytes(arrange(progression)), ".json": text}
        stem = f"{_slug(progression.key)}-seed{progression.seed}-{number}"
        path = _free_path(folder, stem, contents)
        for suffix, content in contents.items():
            write_atomically(path.with_suffix(suffix), content)
        paths.append(path)
    return paths


def _free_path(folder: Path, stem: str, contents: Mapping[str, bytes]) -> Path:
    """Where the MIDI file may be written, and the other beside it, with nothing else lost."""
    path, copy = folder / f"{stem}.mid", 1
    while any(_is_other(path.with_suffix(suffix), content) for suffix, content in contents.items()):
        copy += 1
        path = folder / f"{stem}-{copy}.mid"
    return path


def _is_other(path: Path, content: bytes) -> bool:
    return path.exists() and not (path.is_file() and path.read_bytes() == content)


def _slug(key: Key) -> str:
    """A key as part of a file name: ASCII, no spaces, F#m."""
    tonic, _, mode = str(key).partition(" ")
    return tonic.replace("♯", "#").replace("♭", "b") + ("m" if mode == "minor" else "")


def _check(option: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ShinkoError(f"{option} {value}: expected {least} to {most}")
