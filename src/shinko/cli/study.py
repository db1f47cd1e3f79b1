"""shinko study: the poster's experiment, over several seeds, as a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from shinko.cli.options import asks
from shinko.cli.streams import print_lines
from shinko.cli.training import INTERRUPTED, require_matplotlib, require_torch
from shinko.experiments.study.settings import StudyRequest
from shinko.request import Request, asked


@dataclass(frozen=True)
class StudyOut(Request):
    """Where results go."""

    out: Path = asked(Path("runs/study"), "Folder of results.", metavar="DIR", letter="o")


@asks(StudyRequest, StudyOut)
def study_command(request: StudyRequest, results: StudyOut) -> None:
    """The poster's experiment: entropy or none, collapse, selection, the exact optimum.

    \b
    shinko study                                  some minutes, 20 seeds
    shinko study --lang ja                        the report in Japanese
    shinko study --seeds 40                       goes on to more of them
    shinko study --seeds 1 --epochs 300 --out s   a glance

    Trains policies with beta 0 and 0.15 as the poster did, 20 times each, and
    over a range of beta, as a bonus and in the return, 5 times each; writes a
    report (HTML), figures (SVG, PNG), progressions (MIDI) and all numbers (JSON,
    CSV). A claim of the poster holds or doesn't where an exact 95% interval says
    so, and is open otherwise. After Ctrl-C the same command goes on; what is
    trained isn't trained again.

    Without --table: 'hooktheory' where it is downloaded, the poster's own, and
    'pop' otherwise.
    """
    settings, out = request.settings, results.out
    require_torch("a study")
    require_matplotlib("the figures need")
    from shinko.cli.progress import counting_progress
    from shinko.experiments.study.claims import in_words
    from shinko.experiments.study.findings import find
    from shinko.experiments.study.report import write_study
    from shinko.experiments.study.trainings import train_all, usual_workers
    from shinko.experiments.study.words import WORDS

    at_a_time = usual_workers() if request.workers is None else request.workers

    def estimated(trainings: int, seconds: float) -> None:
        print_lines(
            f"table {settings.table}: {trainings} trainings of {settings.epochs} epochs, "
            f"{min(at_a_time, trainings)} at a time, about {_duration(seconds)}",
            to_error=True,
        )

    with counting_progress("training", "epochs", tenths=True) as show:
        folders = train_all(out, settings, show, workers=at_a_time, estimated=estimated)
    if folders is None:
        print_lines(f"interrupted; what was trained is in {out}; run the same again to go on")
        raise typer.Exit(INTERRUPTED)
    print_lines("working out the exact lines, and drawing …", to_error=True)
    found = find(folders)
    paths = write_study(out, settings, folders, found, request.lang)
    print_lines(*in_words(found, WORDS[request.lang]))
    report = next(path for path in paths if path.suffix == ".html")
    print_lines(f"{report}: the report; figures, numbers and MIDI files are beside it")


def _duration(seconds: float) -> str:
    """Roughly: 40 s, 3 min, 2.5 h."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
