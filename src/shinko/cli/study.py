"""shinko study: the poster's experiment, over several seeds, as a report."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from shinko.cli.options import with_settings
from shinko.cli.paths import read_path
from shinko.cli.training import INTERRUPTED, require_matplotlib, require_torch
from shinko.experiments.study.settings import StudySettings, usual_table
from shinko.runs.settings import change


class Language(StrEnum):
    """Of figures and report."""

    EN = "en"
    JA = "ja"


@with_settings(StudySettings)
def study_command(
    chosen: dict[str, Any],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="Folder of results.", metavar="DIR", parser=read_path),
    ] = Path("runs/study"),
    lang: Annotated[
        Language, typer.Option("--lang", help="Language of figures and report.")
    ] = Language.EN,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", help="Trainings at a time; one for each core if not given.", min=1, max=256
        ),
    ] = None,
) -> None:
    """The poster's experiment: entropy or none, collapse, selection, the exact optimum.

    \b
    shinko study                                  some minutes, 3 seeds
    shinko study --lang ja                        the report in Japanese
    shinko study --seeds 1 --epochs 300 --out s   a glance

    Trains policies with beta 0 and 0.15 as the poster did, and over a range of
    beta, as a bonus and in the return; writes a report (HTML), figures (SVG,
    PNG), progressions (MIDI) and all numbers (JSON). After Ctrl-C the same
    command goes on; what is trained isn't trained again.

    Without --table: 'hooktheory' where it is downloaded, the poster's own, and
    'pop' otherwise.
    """
    settings = change(StudySettings(), {"table": usual_table(), **chosen})
    require_torch("a study")
    require_matplotlib("the figures need")
    from shinko.cli.progress import counting_progress
    from shinko.experiments.study.claims import in_words
    from shinko.experiments.study.findings import find
    from shinko.experiments.study.report import write_study
    from shinko.experiments.study.trainings import train_all, usual_workers
    from shinko.experiments.study.words import WORDS

    at_a_time = usual_workers() if workers is None else workers

    def estimated(trainings: int, seconds: float) -> None:
        print(
            f"table {settings.table}: {trainings} trainings of {settings.epochs} epochs, "
            f"{min(at_a_time, trainings)} at a time, about {_duration(seconds)}",
            file=sys.stderr,
        )

    with counting_progress("training", "epochs", tenths=True) as show:
        folders = train_all(out, settings, show, workers=at_a_time, estimated=estimated)
    if folders is None:
        print(f"interrupted; what was trained is in {out}; run the same again to go on")
        raise typer.Exit(INTERRUPTED)
    print("working out the exact lines, and drawing …", file=sys.stderr)
    found = find(folders)
    paths = write_study(out, settings, found, lang)
    print("\n".join(in_words(found, WORDS[lang])))
    report = next(path for path in paths if path.suffix == ".html")
    print(f"{report}: the report; figures, numbers and MIDI files are beside it")


def _duration(seconds: float) -> str:
    """Roughly: 40 s, 3 min, 2.5 h."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
