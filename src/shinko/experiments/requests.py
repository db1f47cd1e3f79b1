"""What can be asked of what was trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from pathlib import Path

from shinko.lm.settings import PRESETS, TextSettings, WordSettings
from shinko.request import Request, asked, part

_RUN = "Folder of a run."
_CORPUS = (
    "A folder with *train*.txt, *valid*.txt and maybe *test*.txt; or a text; or two or three files "
    "for the parts. Default: ptb, once fetched."
)


@dataclass(frozen=True)
class EvaluateRequest(Request):
    """A run's policy, to be held against the exact optimum."""

    run: Path = asked(MISSING, _RUN, metavar="RUN", argument=True)
    epoch: int | None = asked(
        None, "Epoch of the checkpoint; by default the one before the collapse.", least=1
    )
    tau: float | None = asked(
        None,
        "Weight of the entropy; by default the run's beta in that epoch.",
        least=0,
        most=1000,
    )
    samples: int = asked(4096, "Progressions to play.", least=2, most=1_000_000)
    seed: int = asked(0, "Seed of all chance.", least=0, most=2**63 - 1)


@dataclass(frozen=True)
class WordTrainRequest(Request):
    """A word model to train, and on what."""

    corpus: tuple[Path, ...] = asked((), _CORPUS, metavar="DIR|FILE", letter="c")
    settings: WordSettings = part(WordSettings)

    @classmethod
    def presets(cls) -> Mapping[str, WordTrainRequest]:
        """The settings that go by a name."""
        return {name: cls(settings=settings) for name, settings in PRESETS.items()}


@dataclass(frozen=True)
class WordEvaluateRequest(Request):
    """A text, or a sentence, to be read by a word model."""

    run: Path = asked(MISSING, _RUN, metavar="RUN", argument=True)
    corpus: Path | None = asked(
        None,
        "A text file; by default the test text of the run's own corpus.",
        metavar="FILE",
        letter="c",
    )
    sentence: str | None = asked(
        None,
        "Show the surprisal of each word of this sentence instead.",
        letter="s",
        excludes="corpus",
    )


@dataclass(frozen=True)
class WordSampleRequest(Request):
    """Text to draw from a word model."""

    run: Path = asked(MISSING, _RUN, metavar="RUN", argument=True)
    settings: TextSettings = part(TextSettings)


@dataclass(frozen=True)
class WordCompareRequest(Request):
    """Word models to compare: runs that are there, or the presets, trained first."""

    runs: tuple[Path, ...] = asked(
        (),
        "Folders of runs; without any, the presets are trained.",
        metavar="[RUN...]",
        argument=True,
    )
    corpus: tuple[Path, ...] = asked((), _CORPUS, metavar="DIR|FILE", letter="c")
    chosen: tuple[str, ...] = asked(
        (),
        "The presets to train; by default all",
        name="presets",
        choices=tuple(PRESETS),
        excludes="runs",
    )
    epochs: int | None = asked(
        None,
        "Passes over the training text, in place of the presets' own.",
        least=1,
        most=10_000,
        excludes="runs",
    )


@dataclass(frozen=True)
class WordFetchRequest(Request):
    """A text to download."""

    name: str = asked("ptb", "What to fetch.", choices=("ptb",), argument=True)
