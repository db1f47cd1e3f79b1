"""What is recorded here, and how it is run: through the command, so that no name within matters.

The files beside this one were written by `record.py`: MIDI and figures of trainings from version
0.1.0, before the rooms of the house were moved; what is composed and answered since songs'
statistics remember what was played. Chords are compared, not floats; MIDI byte by byte; figures of
trainings to 1e-6.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
REQUESTS, FIGURES = HERE / "requests.json", HERE / "figures.json"
MIDI, RUNS = HERE / "midi", HERE / "runs"

_LOCKS = ("--fix", "1=I 4=V7|V 8=I")
COMMANDS: dict[str, tuple[str, ...]] = {
    # The network, free: keys, lengths, styles and the dial.
    "free": ("compose", "-n", "6"),
    "free-minor": ("compose", "-k", "F# minor", "-l", "12"),
    "free-long": ("compose", "-l", "64", "-n", "2"),
    "free-any-start": ("compose", "--start", "any", "-k", "Bb"),
    "free-1960s": ("compose", "--style", "1960s"),
    "free-mixture": ("compose", "--style", "1960s:2, pop909:1", "-l", "16"),
    "free-adventurous": ("compose", "--variety", "adventurous"),
    "free-real": ("compose", "-v", "real", "--style", "billboard", "-k", "Eb"),
    "free-number": ("compose", "-v", "4", "-k", "Cm"),
    "free-hot": ("compose", "-t", "1.5"),
    "free-cold": ("compose", "-t", "0", "-n", "2"),
    "free-many": ("compose", "-n", "600", "-l", "4"),
    # Modes, what comes back, and plans.
    "dorian": ("compose", "-k", "D dorian"),
    "mixolydian": ("compose", "-k", "G mixolydian", "--table", "1970s", "-l", "12"),
    "phrygian-exact": ("compose", "-k", "E phrygian", "--exact"),
    "through-composed": ("compose", "--returns", "through-composed", "-l", "16"),
    "hypnotic": ("compose", "--returns", "hypnotic", "-k", "Am"),
    "returns-exact": ("compose", "--returns", "2.5", "--exact", "-v", "familiar"),
    "plan": ("compose", "--plan", "AABA", "-l", "16"),
    "plan-exact": ("compose", "--plan", "AA'BA", "-l", "16", "--exact", "--end", "authentic"),
    # The exact optimum of a table alone.
    "memoryless": ("compose", "--memoryless"),
    "memoryless-locks": ("compose", *_LOCKS, "--memoryless"),
    # The chain of songs' statistics.
    "exact": ("compose", "--exact"),
    "exact-minor": ("compose", "--exact", "-k", "Am", "-v", "real", "-l", "16"),
    "exact-1970s": ("compose", "--exact", "--style", "1970s", "-v", "adventurous"),
    "exact-mixture": ("compose", "--exact", "--style", "1980s:1, pop909:3", "-v", "4"),
    # Wishes, from the network and from the optimum.
    "locks": ("compose", *_LOCKS),
    "locks-exact": ("compose", *_LOCKS, "--exact"),
    "locks-minor": ("compose", "-k", "Dm", "--fix", "1=i 3=iv 8=i"),
    "locks-hot": ("compose", *_LOCKS, "-t", "1.4", "-v", "adventurous"),
    "authentic": ("compose", "--end", "authentic", "-l", "16"),
    "authentic-exact": ("compose", "--end", "authentic", "-l", "16", "--exact"),
    "half": ("compose", "--end", "half", "-k", "G"),
    "plagal": ("compose", "--end", "plagal", "-k", "Gm"),
    "deceptive": ("compose", "--end", "deceptive", "--without", "iii", "-k", "D"),
    "end-chords": ("compose", "--end", "ii V I", "--exact"),
    "loop": ("compose", "--loop", "-l", "4"),
    "loop-exact": ("compose", "--loop", "-l", "4", "--exact", "--start", "any"),
    "loop-no-repeat": ("compose", "--loop", "-l", "8", "--no-repeat"),
    "without": ("compose", "--without", "V V7", "-l", "12"),
    "with": ("compose", "--with", "vi bVII", "-l", "12"),
    "with-exact": ("compose", "--with", "ii iii", "-l", "8", "--exact"),
    "most": ("compose", "--most", "2", "-l", "12"),
    "most-exact": ("compose", "--most", "2", "-l", "10", "--exact"),
    "most-tight-exact": ("compose", "--most", "1", "-l", "12", "--exact"),
    "no-repeat": ("compose", "--no-repeat", "-l", "16", "-n", "12"),
    "no-repeat-exact": ("compose", "--no-repeat", "-l", "16", "--exact"),
    "all-wishes": (
        *("compose", "--fix", "1=I 5=vi", "--end", "authentic", "--with", "ii", "--most", "3"),
        *("--no-repeat", "--without", "iii", "-k", "A"),
    ),
    # Sections.
    "aaba": ("compose", "--form", "AABA", "-l", "4"),
    "aaba-exact": ("compose", "--form", "AABA", "-l", "8", "--exact"),
    "verse-chorus": ("compose", "--form", "verse chorus verse chorus", "-l", "8", "-n", "2"),
    "form-locks": ("compose", "--form", "A B A", "-l", "4", "--fix", "A:1=I B:1=IV"),
    "form-differ": ("compose", "--form", "ABC", "-l", "8", "--differ", "7", "-n", "2"),
    "form-no-repeat": ("compose", "--form", "AABA", "-l", "4", "--no-repeat", "--loop"),
    "form-end": ("compose", "--form", "AABB", "-l", "6", "--end", "plagal", "-k", "Cm"),
    # The best.
    "best": ("best",),
    "best-end": ("best", "--end", "authentic", "--no-repeat"),
    "best-loop": ("best", "-l", "4", "--loop", "--differ", "2"),
    "best-1960s": ("best", "--style", "1960s", "-l", "16", "-n", "3", "--differ", "6"),
    "best-most": ("best", "--most", "2", "-n", "3"),
    # Slots, and reasons.
    "suggest-next": ("suggest", "I vi"),
    "suggest-between": ("suggest", "I vi _ V", "-n", "12"),
    "suggest-minor": ("suggest", "i bVI _ V", "-k", "Am", "--style", "pop909"),
    "suggest-variety": ("suggest", "I _ _ V", "--slot", "2", "-v", "adventurous"),
    "explain": ("explain", "I V vi IV"),
    "explain-names": ("explain", "Am F C G", "-k", "C", "--style", "1960s"),
    "explain-minor": ("explain", "i iv V7 i", "-k", "Em"),
    "explain-one": ("explain", "I"),
    "explain-memoryless": ("explain", "I V vi IV", "--memoryless"),
    "suggest-memoryless": ("suggest", "I vi _ V", "--memoryless"),
    "explain-long": ("explain", "I V vi iii IV I IV V I vi ii V7 I IV V I", "--style", "billboard"),
    "explain-heat": ("explain", "I _ _ V7 _ _ _ I", "--heatmap"),
    # Policies of the runs that stand half-way beside this file.
    "run": ("compose", "--run", str(RUNS / "learn"), "--epoch", "20"),
    "run-locks": (
        "compose",
        "--run",
        str(RUNS / "learn"),
        "--epoch",
        "25",
        *_LOCKS[:1],
        "2=IV 8=I",
    ),
    "run-exact": ("compose", "--run", str(RUNS / "learn"), "--epoch", "20", "--exact"),
    "run-dial": ("compose", "--run", str(RUNS / "dial"), "-v", "real"),
    "run-dial-locks": ("compose", "--run", str(RUNS / "dial"), "-v", "real", "--end", "plagal"),
    "run-dial-mixture": (
        "compose",
        "--run",
        str(RUNS / "dial"),
        "--style",
        "toy.csv:1, other.csv:2",
    ),
}
SEED = "11"

RENDERS: dict[str, tuple[str, ...]] = {
    "block": ("I V vi IV",),
    "ballad": ("Am7 D7 Gmaj7 Cmaj7", "--key", "G", "--style", "ballad"),
    "jazz": ("|: Am7 D7 | Gmaj7 :| x3", "--key", "G", "--style", "jazz"),
    "bossa": ("Dm7 G7 Cmaj7 A7", "--style", "bossa", "--tempo", "132"),
    "strum": ("G D Em C", "--style", "strum"),
    "pop-rock": ("C G Am F C G F C", "--style", "pop-rock", "--humanize", "0.3", "--seed", "4"),
    "eight-bit": ("Cm Ab Eb Bb", "--style", "eight-bit"),
    "waltz": ("C F G7 C", "--style", "waltz", "--meter", "3/4"),
    "arpeggio": ("Am F C E7", "--style", "arpeggio", "--swing", "0.6"),
    "four-part": ("I IV V7 I", "--key", "Eb", "--voicing", "four-part"),
    "guitar": ("Em7 A7sus4 D", "--voicing", "guitar"),
    "rootless": ("Dm9 G13 Cmaj9", "--voicing", "rootless", "--style", "jazz"),
    "open": (
        "i VI III VII".replace("VI", "bVI").replace("III", "bIII"),
        "--key",
        "C",
        "--voicing",
        "open",
    ),
    "six-eight": ("A E F#m D", "--meter", "6/8", "--style", "ballad"),
    "slashes": ("C/E F G/B C", "--style", "pop-rock", "--parts", "chords,bass"),
    "sections": ("[Verse] C G Am F [Chorus] F G C C", "--style", "pop-rock"),
    "bars": ("| C . F . | G % | C |", "--style", "ballad", "--ending"),
    "piano": (
        "Bbmaj7 Ebmaj7 Am7b5 D7",
        "--key",
        "Gm",
        "--style",
        "ballad",
        "--instrument",
        "flute",
    ),
    "minor": ("Am G F E", "--key", "Am", "--to", "Cm"),
    "seven-four": ("D A Bm G", "--meter", "7/4", "--style", "block"),
}


def answer(name: str, out: str) -> object:
    """What is compared of a command's output: chords and their order, no floats."""
    told = json.loads(out)
    match COMMANDS[name][0]:
        case "compose":
            return [" ".join(chord["token"] for chord in one["chords"]) for one in told]
        case "best":
            return [" ".join(one["chords"]) for one in told]
        case "suggest":
            return [one["chord"] for one in told["suggestions"]]
    if "--heatmap" in COMMANDS[name]:
        return [
            told["chords"][max(range(len(r)), key=r.__getitem__)] for r in told["probabilities"]
        ]
    repair = told["repair"]
    return {
        "repair": repair and [repair[0], repair[1]],
        "reasons": [
            [
                one["chord"],
                one["rank"],
                [chord for chord, _ in one["leads_to"]],
                [chord for chord, _ in one["alternatives"]],
            ]
            for one in told["reasons"]
        ],
    }


def arguments(name: str) -> tuple[str, ...]:
    """Of a command that prints JSON; what is drawn has a seed."""
    seed = ("--seed", SEED) if COMMANDS[name][0] == "compose" else ()
    return (*COMMANDS[name], *seed, "--json")


# Trainings: each cell and estimator, 100 updates, small.
TRAININGS = {
    f"{cell}-{estimator}": {"cell": cell, "estimator": estimator}
    for cell in ("lstm", "rnn")
    for estimator in ("sampled", "all-action", "table-aware")
}
FIGURE_NAMES = (
    *("mean_return", "objective", "entropy", "distinct", "commonest_pair", "unlisted", "loss"),
    "gradient_norm",
)
SMALL = (
    *("learn", "--table", "toy.csv", "--epochs", "100", "--batch", "16", "--length", "8"),
    *("--hidden", "12", "--embedding", "8", "--learning-rate", "0.01"),
)
# The runs that stand half-way, as options of the commands that made them.
LEARN = (
    *("learn", "--table", "toy.csv", "--epochs", "40", "--batch", "16", "--length", "8"),
    *("--hidden", "12", "--embedding", "8", "--layers", "2", "--checkpoint-every", "10"),
    *("--input", "history", "--estimator", "table-aware"),
)
DIAL = (
    *("dial", "--preset", "shipped", "--styles", "toy.csv,other.csv", "--epochs", "40"),
    *("--batch", "16", "--lengths", "4, 8", "--group", "2", "--hidden", "12", "--embedding", "8"),
    *("--checkpoint-every", "10"),
)
WORDS = (
    *("lm", "train", "--corpus", "words.txt", "--epochs", "4", "--hidden", "12", "--batch", "4"),
    *("--window", "8", "--dropout", "0.2", "--precision", "float32", "--device", "cpu"),
)
HALFWAY = {"learn": LEARN, "dial": DIAL, "lm": WORDS}
RESUME = {"learn": ("learn",), "dial": ("dial",), "lm": ("lm", "train", "--corpus", "words.txt")}


def write_sources(folder: Path) -> None:
    """Two tables and a text that are nobody's: rings of chords, and sentences by a rule."""
    chords = ("1", "4", "5", "6", "2", "3", "b7")
    for name, steps in (("toy.csv", (1, 2, 3)), ("other.csv", (1, 3, 5))):
        lines = [f",{chord},0.142" for chord in chords]
        lines += [
            f"{chord},{chords[(place + step) % 7]},{0.5 / (1 + rank):.3f}"
            for place, chord in enumerate(chords)
            for rank, step in enumerate(steps)
        ]
        lines += [f'"{a},{b}",1,0.8' for a, b in (("4", "5"), ("2", "5"))]
        (folder / name).write_text("\n".join(["history,chord,probability", *lines]) + "\n")
    subjects, verbs = ("a bird", "the cat", "one dog"), ("sees", "hears", "likes")
    objects = "a tree", "the rain", "me"
    lines = [f"{subjects[n % 3]} {verbs[n * n % 3]} {objects[n // 3 % 3]}" for n in range(120)]
    (folder / "words.txt").write_text("\n".join(lines) + "\n")


def run_steadily(*command: str, folder: Path) -> str:
    """Run Python in a process of its own, its arithmetic the same on any x86-64 machine."""
    steady = {
        "MKL_CBWR": "COMPATIBLE",
        "ATEN_CPU_CAPABILITY": "default",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "DNNL_MAX_CPU_ISA": "SSE41",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, **steady},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def figures_of(path: Path) -> list[dict[str, float]]:
    """The rows of a metrics file without what a clock tells."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    clocks = ("seconds", "tokens_per_second")
    return [{n: value for n, value in row.items() if n not in clocks} for row in rows]
