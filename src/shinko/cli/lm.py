"""shinko lm: word language models, trained, evaluated, sampled, compared."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from shinko.cli.lm_compare import compare_command
from shinko.cli.options import asks
from shinko.cli.output import AsJson
from shinko.cli.streams import print_json, print_lines, print_text
from shinko.cli.training import (
    INTERRUPTED,
    LoggedRunOut,
    check_resume,
    default_folder,
    require_torch,
)
from shinko.experiments.requests import (
    WordEvaluateRequest,
    WordFetchRequest,
    WordSampleRequest,
    WordTrainRequest,
)
from shinko.request import Request, asked

if TYPE_CHECKING:
    from shinko.experiments.words.training import Trained

app = typer.Typer(
    help="Word language models: Simple RNN against LSTM, trained on a text of yours.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_BAR_WIDTH = 30  # columns of the longest bar
_BAR_BITS = 16.0  # that it stands for


@dataclass(frozen=True)
class FetchedOut(Request):
    """Where what is fetched goes."""

    out: Path | None = asked(
        None, "Folder; by default your data folder.", metavar="DIR", letter="o"
    )


@app.command("train")
@asks(WordTrainRequest, LoggedRunOut)
def train_command(request: WordTrainRequest, to: LoggedRunOut, given: Collection[str]) -> None:
    """Train a word model; the checkpoint of the lowest validation perplexity is kept.

    \b
    shinko lm train --preset lstm-small            on Penn Treebank
    shinko lm train --corpus book.txt --hidden 100 on any text
    shinko lm train --corpus texts/ --out runs/a   on train, valid and test
    shinko lm train --out runs/a --resume          go on after Ctrl-C

    Of one text, 5 % each are kept for validation and test.

    A text with <unk> as a word is split at spaces only, with one <eos> a line; any other is
    lowercased, signs are words of their own, and the rarest words are read as <unk>.
    """
    corpus, settings = request.corpus, request.settings
    begun = check_resume(to, given, ["corpus"])
    require_torch()
    from shinko.cli.progress import word_progress
    from shinko.experiments.words.data import PTB, find_corpus
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.training import begin_run, train
    from shinko.runs.recorder import require_tensorboard

    if to.tensorboard:
        require_tensorboard()
    if begun:
        run = open_run(begun)
        files = find_corpus(corpus) if corpus else ()
    else:
        files = find_corpus(corpus or (Path(PTB),))
        run = begin_run(to.out or default_folder(settings.cell), settings, files)
    with word_progress(run.name, run.settings.epochs) as progress:
        trained = train(
            run,
            files=files,
            tensorboard=to.tensorboard,
            on_window=progress.window,
            on_epoch=progress.epoch,
        )
    _report(trained)


@app.command("evaluate")
@asks(WordEvaluateRequest, AsJson)
def evaluate_command(request: WordEvaluateRequest, output: AsJson) -> None:
    """Perplexity of a text, read as one sequence; or how much each word of a sentence surprises.

    \b
    shinko lm evaluate runs/a                          the test text
    shinko lm evaluate runs/a --corpus other.txt       another text
    shinko lm evaluate runs/a --sentence "the company said it expects a loss"
    """
    require_torch("evaluating")
    from shinko.cli.progress import counting_progress
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.scores import evaluate, sentence_surprisals

    opened = open_run(request.run)
    if request.sentence is not None:
        words = sentence_surprisals(opened, request.sentence)
        if output.json:
            print_lines(json.dumps([vars(word) for word in words]))
            return
        for word in words:
            bits = word.nats / math.log(2)
            bar = "█" * round(min(1.0, bits / _BAR_BITS) * _BAR_WIDTH)
            note = "" if word.known else "  (unknown: read as <unk>)"
            print_lines(f"{word.word:<20} {bits:6.2f} bits  {bar}{note}")
        mean = sum(word.nats for word in words) / len(words)
        print_lines("", f"{len(words)} words, perplexity {math.exp(mean):.2f}")
        return
    with counting_progress("reading", "words") as show:
        score = evaluate(opened, request.corpus, show)
    if output.json:
        print_lines(json.dumps(score.to_dict()))
        return
    print_lines(f"perplexity {score.perplexity:.2f}, {score.bits:.3f} bits a word")
    print_lines(
        f"{score.words:,} words, {score.unknown:.1%} of them <unk>; "
        f"epoch {score.epoch} of {request.run}"
    )


@app.command("sample")
@asks(WordSampleRequest, AsJson)
def sample_command(request: WordSampleRequest, output: AsJson) -> None:
    """Draw text from a run's best checkpoint; never <unk>, unless --unknown asks for it.

    \b
    shinko lm sample runs/a --prompt "the company"
    shinko lm sample runs/a --temperature 0.8 --top-p 0.9 --seed 3 --count 5
    """
    from shinko.cli.progress import counting_progress
    from shinko.experiments.words.runs import open_run
    from shinko.experiments.words.text import sample

    with counting_progress("drawing", "words") as show:
        texts = sample(
            open_run(request.run),
            request.settings,
            lambda drawn: show(drawn, request.settings.words),
        )
    if output.json:
        print_json(texts, indent=None)
    else:
        print_text("\n\n".join(texts) + "\n")


app.command("compare")(compare_command)


@app.command("fetch")
@asks(WordFetchRequest, FetchedOut)
def fetch_command(request: WordFetchRequest, to: FetchedOut) -> None:
    """Download Mikolov's Penn Treebank (6 MB, checksummed) into your data folder, once.

    \b
    shinko lm fetch ptb
    shinko lm train --preset lstm-small            train on it

    It may be used for research; no open licence covers it.
    """
    from shinko.cli.tables import download_progress
    from shinko.experiments.words.data import fetch_ptb

    with download_progress() as progress:
        folder = fetch_ptb(to.out, progress=progress)
    given = f" --corpus {folder}" if to.out else ""
    print_lines(f"in {folder}; use it with: shinko lm train --preset lstm-small{given}")


def _report(trained: Trained) -> None:
    run, done = trained.run, len(trained.rows)
    path = run.folder.path
    if not trained.finished:
        print_lines(
            f"interrupted after {done} of {run.settings.epochs} epochs; all is kept in {path}"
        )
        print_lines(f"go on with: shinko lm train --out {path} --resume")
        raise typer.Exit(INTERRUPTED)
    best = min(trained.rows, key=lambda row: row.valid_perplexity)
    print_lines(f"kept epoch {best.epoch}: validation perplexity {best.valid_perplexity:.2f}")
    print_lines(f"perplexity of the test text: shinko lm evaluate {path}")
    print_lines(f"text: shinko lm sample {path}")
