"""The trials of `shinko doctor`, and the program that makes those that it is given the names of.

Each one makes something small with what is installed, looks at it, and says in a few words what it
saw. They write into the current folder only. No `assert` here: Python can be told to skip them.
"""

from __future__ import annotations

import io
import json
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shinko.cli.checkup.finding import reason

if TYPE_CHECKING:
    from shinko.score.progression import Progression

SEED, CHORDS, UPDATES = 7, 8, 2


class TrialError(Exception):
    """What came out isn't what was asked for."""


def _composed() -> Progression:
    from shinko.rl.policy import shipped_policy
    from shinko.songwriting.compose import ComposeRequest, compose
    from shinko.theory import Key

    request = ComposeRequest(Key.parse("C"), length=CHORDS, count=1, seed=SEED)
    (progression,) = compose(shipped_policy(), request)
    return progression


def _try_composing() -> str:
    from shinko.tables import load_table

    first, second = _composed(), _composed()
    if first != second:
        raise TrialError(f"seed {SEED} gave {first.names}, and then {second.names}")
    known = set(load_table("pop").vocabulary)
    strange = [chord for chord in first.chords if not known & {*chord.tokens_in(first.key)}]
    if strange or len(first.chords) != CHORDS:
        raise TrialError(f"{first.names}: expected {CHORDS} chords of table pop")
    return f"{' '.join(first.names)}, twice from seed {SEED}"


def _try_midi() -> str:
    from mido import MidiFile  # type: ignore[import-untyped]

    from shinko.export.midi import midi_bytes
    from shinko.score.arrange import arrange
    from shinko.score.text import ascii_name

    progression = _composed()
    score = arrange(progression)
    data = midi_bytes(score)
    messages = [one for track in MidiFile(file=io.BytesIO(data)).tracks for one in track]
    markers = [one.text for one in messages if one.type == "marker"]
    notes = sum(one.type == "note_on" and one.velocity > 0 for one in messages)
    if markers != [ascii_name(name) for name in progression.names]:
        raise TrialError(f"read back, the markers are {markers}")
    if notes != sum(len(track.notes) for track in score.tracks):
        raise TrialError(f"read back, there are {notes} notes")
    return f"{len(data):,} bytes, {notes} notes and {len(markers)} chords read back"


def _try_downloads() -> str:
    from shinko.experiments.words.data import PTB, find_corpus
    from shinko.lm.corpus import CorpusError
    from shinko.tables.builtin import DOWNLOADED, is_downloaded

    there = {name: is_downloaded(name) for name in DOWNLOADED}
    try:
        there[PTB] = bool(find_corpus([Path(PTB)]))
    except CorpusError:
        there[PTB] = False
    kept = ", ".join(name for name, is_kept in there.items() if is_kept)
    others = ", ".join(name for name, is_kept in there.items() if not is_kept)
    return f"{kept or 'none'}; not {others}" if others else kept


def _bar() -> Progression:
    """A bar of one chord, which lasts a second; nothing of the base is needed for it."""
    from shinko.score.progression import Progression
    from shinko.theory import Key, parse_roman

    return Progression((parse_roman("I"),), Key.parse("C"), beats=(4.0,), tempo_bpm=240.0)


def _try_page() -> str:
    from shinko.export.page.engrave import page_pdf

    data = page_pdf(_bar())
    if not data.startswith(b"%PDF-"):
        raise TrialError(f"the page begins with {data[:8]!r}")
    return f"a PDF of {len(data):,} bytes"


def _try_sound() -> str:
    import numpy as np
    import soundfile  # type: ignore[import-untyped]

    from shinko.export.audio import audio_bytes
    from shinko.score.arrange import arrange

    samples, rate = soundfile.read(io.BytesIO(audio_bytes(arrange(_bar()), "wav", loop=True)))
    seconds, peak = len(samples) / rate, float(np.abs(samples).max())
    if seconds != 1 or not 0.01 < peak <= 1:
        raise TrialError(f"{seconds:g} seconds with a peak of {peak:g}; expected one, and sound")
    return f"a second of WAV, peak {20 * math.log10(peak):.1f} dB"


def _try_training() -> str:
    import torch

    from shinko.runs.device import choose_device

    device = choose_device("auto")
    what = f" ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else ""
    gain = _trained(Path("training"), tensorboard=False)
    return f"{UPDATES} updates on {device}{what}, torch {torch.__version__}, return {gain:.1f}"


def _try_log() -> str:
    _trained(Path("logged"), tensorboard=True)
    sizes = [path.stat().st_size for path in Path("logged", "tensorboard").iterdir()]
    if not sum(sizes):
        raise TrialError("the log is empty")
    return f"{sum(sizes):,} bytes for TensorBoard"


def _trained(folder: Path, *, tensorboard: bool) -> float:
    """The return in the last of a few updates."""
    from shinko.experiments.learn import begin_run, learn
    from shinko.rl.settings import LearnSettings

    settings = LearnSettings(
        epochs=UPDATES, length=CHORDS, batch=8, hidden=8, embedding=8, seed=SEED, checkpoint_every=1
    )
    learned = learn(begin_run(folder, settings), tensorboard=tensorboard)
    last = learned.rows[-1]
    if len(learned.rows) != UPDATES or not math.isfinite(last.mean_return + last.gradient_norm):
        raise TrialError(f"{len(learned.rows)} updates, the return is {last.mean_return}")
    return last.mean_return


def _try_figure() -> str:
    from matplotlib.figure import Figure

    drawn = io.BytesIO()
    figure = Figure()
    figure.subplots().plot([0, 1])
    figure.savefig(drawn, format="svg")
    return f"an SVG of {len(drawn.getvalue()):,} bytes"


TRIALS: Mapping[str, Callable[[], str]] = {
    "composing": _try_composing,
    "MIDI": _try_midi,
    "downloads": _try_downloads,
    "page": _try_page,
    "sound": _try_sound,
    "training": _try_training,
    "figure": _try_figure,
    "log": _try_log,
}


def main(names: Sequence[str]) -> None:
    """Print a line of JSON for each trial, and nothing else, whatever a library prints."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for name in names:
            try:
                works, text = True, TRIALS[name]()
            except KeyboardInterrupt:
                return
            except BaseException as error:  # a package may raise anything, SystemExit, too
                works, text = False, reason(error)
            answer = json.dumps({"trial": name, "works": works, "text": text})
            print(answer, file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
