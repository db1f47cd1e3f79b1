"""shinko study: the poster's experiment, over several seeds, as a report."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from shinko.cli.options import with_settings
from shinko.cli.paths import read_path
from shinko.cli.training import INTERRUPTED, require_torch
from shinko.errors import ShinkoError
from shinko.recipes.study.settings import StudySettings
from shinko.runs.settings import change


@with_settings(StudySettings)
def study_command(
    chosen: dict[str, Any],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="Folder of results.", metavar="DIR", parser=read_path),
    ] = Path("runs/study"),
) -> None:
    """The poster's experiment: entropy or none, collapse, selection, the exact optimum.

    \b
    shinko study                                  table 'pop', 3 seeds; minutes
    shinko study --table hooktheory --out s       the poster's own table
    shinko study --seeds 1 --epochs 300 --out s   a glance

    Trains policies with beta 0 and 0.15, and writes a report (HTML), figures
    (SVG, PNG) and all numbers (JSON). After Ctrl-C the same command goes on;
    what is trained isn't trained again.
    """
    settings = change(StudySettings(), chosen)
    require_torch("a study")
    if find_spec("matplotlib") is None:
        raise ShinkoError(
            "the figures need Matplotlib, which isn't installed; pip install 'shinko[train]'"
        )
    from shinko.cli.progress import counting_progress
    from shinko.recipes.study.findings import find
    from shinko.recipes.study.report import in_words, write_study
    from shinko.recipes.study.trainings import train_all

    with counting_progress("training", "epochs") as show:
        folders = train_all(out, settings, show)
    if folders is None:
        print(f"interrupted; what was trained is in {out}; run the same again to go on")
        raise typer.Exit(INTERRUPTED)
    found = find(folders)
    paths = write_study(out, settings, found)
    print(in_words(found))
    report = next(path for path in paths if path.suffix == ".html")
    print(f"{report}: the report; figures, numbers and MIDI files are beside it")
