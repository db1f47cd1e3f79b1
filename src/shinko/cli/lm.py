"""shinko lm: word language models, trained, evaluated, sampled, compared."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shinko.cli.lm_compare import Corpus, compare_command
from shinko.cli.options import with_settings
from shinko.cli.paths import read_path
from shinko.cli.training import (
    INTERRUPTED,
    Out,
    Resume,
    Tensorboard,
    check_resume,
    default_folder,
    require_torch,
)
from shinko.errors import ShinkoError
from shinko.lm.settings import PRESETS, TextSettings, WordSettings, preset
from shinko.runs.settings import change

if TYPE_CHECKING:
    from shinko.experiments.words.training import Trained

app = typer.Typer(
    help="Word language models: Simple RNN against LSTM, trained on a text of yours.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_BAR_WIDTH = 30  # columns of the longest bar
_BAR_BITS = 16.0  # that it stands for

Run = Annotated[Path, typer.Argument(help="Folder of a run.", metavar="RUN", parser=read_path)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


@app.command("train")
@with_settings(WordSettings)
def train_command(
    chosen: dict[str, Any],
    corpus: Corpus = None,
    preset_name: Annotated[
        str | None,
        typer.Option("--preset", help="Settings to start from.", metavar="|".join(PRESETS)),
    ] = None,
    out: Out = None,
    resume: Resume = False,
    tensorboard: Tensorboard = False,
) -> None:
    """Train a word model; the checkpoint of the lowest validation perplexity is kept.

    \b
    shinko lm train --preset lstm-small                      on the Penn Treebank, once fetched
    shinko lm train --corpus book.txt --hidden 100           on any text; 5 % each for valid, test
    shinko lm train --corpus texts/ --cell rnn --out runs/a  on a folder's train, valid and test
    shinko lm train --out runs/a --resume                    go on after Ctrl-C

    A text with <unk> as a word is split at spaces only, with one <eos> a line; any other is
    lowercased, signs are words of their own, and the rarest words are read as <unk>.
    """
    given = [*(["preset"] if preset_name else []), *chosen]
    begun = check_resume(out, given, "--out, --corpus, --resume") if resume else None
    settings = change(preset(preset_name) if preset_name else WordSettings(), chosen)
    require_torch()
    from shinko.cli.progress import word_progress
    from shinko.experiments.words.data import PTB, find_corpus
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.training import begin_run, train
    from shinko.runs.recorder import require_tensorboard

    if tensorboard:
        require_tensorboard()
    if begun:
        run = open_run(begun)
        files = find_corpus(corpus) if corpus else ()
    else:
        files = find_corpus(corpus or [Path(PTB)])
        run = begin_run(out or default_folder(preset_name or settings.cell), settings, files)
    with word_progress(run.name, run.settings.epochs) as progress:
        trained = train(
            run,
            files=files,
            tensorboard=tensorboard,
            on_window=progress.window,
            on_epoch=progress.epoch,
        )
    _report(trained)


@app.command("evaluate")
def evaluate_command(
    run: Run,
    corpus: Annotated[
        Path | None,
        typer.Option(
            "--corpus",
            "-c",
            help="A text file; without it, the test text of the run's own corpus.",
            metavar="FILE",
            parser=read_path,
        ),
    ] = None,
    sentence: Annotated[
        str | None,
        typer.Option(
            "--sentence", "-s", help="Show the surprisal of each word of this sentence instead."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Perplexity of a text, read as one sequence; or how much each word of a sentence surprises.

    \b
    shinko lm evaluate runs/a                          the test text
    shinko lm evaluate runs/a --corpus other.txt       another text
    shinko lm evaluate runs/a --sentence "the company said it expects a loss"
    """
    if sentence is not None and corpus is not None:
        raise ShinkoError("--sentence and --corpus: expected one of them; leave out the other")
    require_torch("evaluating")
    from shinko.cli.progress import counting_progress
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.scores import evaluate, sentence_surprisals

    opened = open_run(run)
    if sentence is not None:
        words = sentence_surprisals(opened, sentence)
        if as_json:
            print(json.dumps([vars(word) for word in words]))
            return
        for word in words:
            bits = word.nats / math.log(2)
            bar = "█" * round(min(1.0, bits / _BAR_BITS) * _BAR_WIDTH)
            note = "" if word.known else "  (unknown: read as <unk>)"
            print(f"{word.word:<20} {bits:6.2f} bits  {bar}{note}")
        mean = sum(word.nats for word in words) / len(words)
        print(f"\n{len(words)} words, perplexity {math.exp(mean):.2f}")
        return
    with counting_progress("reading", "words") as show:
        score = evaluate(opened, corpus, show)
    if as_json:
        print(json.dumps(score.to_dict()))
        return
    print(f"perplexity {score.perplexity:.2f}, {score.bits:.3f} bits a word")
    print(f"{score.words:,} words, {score.unknown:.1%} of them <unk>; epoch {score.epoch} of {run}")


@app.command("sample")
@with_settings(TextSettings)
def sample_command(run: Run, chosen: dict[str, Any], as_json: Json = False) -> None:
    """Draw text from a run's best checkpoint; never <unk>, unless --unknown asks for it.

    \b
    shinko lm sample runs/a --prompt "the company"
    shinko lm sample runs/a --temperature 0.8 --top-p 0.9 --seed 3 --count 5
    """
    settings = change(TextSettings(), chosen)
    from shinko.cli.progress import counting_progress
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.text import sample

    with counting_progress("drawing", "words") as show:
        texts = sample(open_run(run), settings, lambda drawn: show(drawn, settings.words))
    print(json.dumps(texts, ensure_ascii=False) if as_json else "\n\n".join(texts))


app.command("compare")(compare_command)


@app.command("fetch")
def fetch_command(
    name: Annotated[str, typer.Argument(help="What to fetch.", metavar="ptb")] = "ptb",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder; your data folder if not given.",
            metavar="DIR",
            parser=read_path,
        ),
    ] = None,
) -> None:
    """Download Mikolov's Penn Treebank (6 MB, checksummed) into your data folder, once.

    It may be used for research; no open licence covers it.
    """
    from shinko.cli.tables import download_progress
    from shinko.experiments.words.data import PTB, fetch_ptb

    if name != PTB:
        raise ShinkoError(f"'{name}': nothing to fetch by that name; known: {PTB}")
    with download_progress() as progress:
        folder = fetch_ptb(out, progress=progress)
    given = f" --corpus {folder}" if out else ""
    print(f"in {folder}; use it with: shinko lm train --preset lstm-small{given}")


def _report(trained: Trained) -> None:
    run, done = trained.run, len(trained.rows)
    path = run.folder.path
    if not trained.finished:
        print(f"interrupted after {done} of {run.settings.epochs} epochs; all is kept in {path}")
        print(f"go on with: shinko lm train --out {path} --resume")
        raise typer.Exit(INTERRUPTED)
    best = min(trained.rows, key=lambda row: row.valid_perplexity)
    print(f"kept epoch {best.epoch}: validation perplexity {best.valid_perplexity:.2f}")
    print(f"perplexity of the test text: shinko lm evaluate {path}")
    print(f"text: shinko lm sample {path}")
