"""The report of a study: one HTML file that needs no network, the figures, the numbers."""

from __future__ import annotations

import base64
import html
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from shinko.disk import write_atomically
from shinko.errors import ShinkoError
from shinko.experiments.statistics import rate
from shinko.experiments.study.claims import (
    chords_in_words,
    claims,
    loop_in_words,
    rate_in_words,
    sweep_in_words,
)
from shinko.experiments.study.figures import (
    draw_returns,
    draw_shares,
    draw_survival,
    draw_sweep,
)
from shinko.experiments.study.findings import Findings
from shinko.experiments.study.progressions import Snapshot, draw_moments
from shinko.experiments.study.recorded import Recorded, endings
from shinko.experiments.study.settings import StudySettings
from shinko.experiments.study.tidy import epochs_csv, trainings_csv
from shinko.experiments.study.words import WORDS, Words
from shinko.printable import in_one_line
from shinko.rl.metrics import EpochRow
from shinko.rl.terms import ENTROPIES
from shinko.runs.folder import RunFolder
from shinko.runs.lock import hold

_PROGRESSIONS = "progressions"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
svg { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #888; }
.claims th, .claims td { text-align: left; vertical-align: top; }
td { white-space: nowrap; } .claims td:not(:last-child) { white-space: normal; }
.played { font-size: 75%; }
.played td { padding: .2rem .3rem; text-align: left; }
figure { margin: 2rem 0; } figcaption { color: #444; }
"""


def write_study(
    folder: Path,
    settings: StudySettings,
    folders: Mapping[str, RunFolder],
    found: Findings,
    lang: str,
) -> list[Path]:
    """Write figures, numbers and report into a folder; return the files.

    Args:
      folder: of the study.
      settings: of the study.
      folders: its runs, by name.
      found: what its trainings found.
      lang: language of figures and report.

    Raises:
      HeldError: another study is at work there.
      RunError: a run is damaged.
      WriteError: a file can't be written.
    """
    say = WORDS[lang]
    figures = {
        "returns": draw_returns(found, say),
        "survival": draw_survival(found, say),
        "shares": draw_shares(found, say),
        "sweep": draw_sweep(found, say),
    }
    contents = {
        f"{name}.{kind}": content
        for name, pair in figures.items()
        for kind, content in zip(("svg", "png"), pair, strict=True)
    }
    numbers = {
        "settings": settings.to_dict(),
        **found.to_dict(),
        "claims": [asdict(claim) for claim in claims(found, say)],
    }
    contents["study.json"] = json.dumps(numbers, ensure_ascii=False, indent=1).encode()
    contents["trainings.csv"] = trainings_csv(found, settings.trainings()).encode()
    contents["epochs.csv"] = epochs_csv(folders, settings.trainings()).encode()
    drawn = {name: pair[0].decode() for name, pair in figures.items()}
    moments = draw_moments(found)
    contents["report.html"] = report_html(settings, found, drawn, moments, lang).encode()
    (folder / _PROGRESSIONS).mkdir(exist_ok=True)
    for moment in moments:
        contents[f"{_PROGRESSIONS}/{moment.name}"] = moment.midi()
    with hold(folder):
        for name, content in contents.items():
            write_atomically(folder / name, content)
    return [folder / name for name in contents]


def report_html(
    settings: StudySettings,
    found: Findings,
    figures: dict[str, str],
    moments: Sequence[Snapshot],
    lang: str,
) -> str:
    """The report as a page of its own; `figures` are SVG."""
    say = WORDS[lang]
    title = html.escape(in_one_line(say["title"].format(table=Path(settings.table).stem)))
    about = say["about"].format(
        epochs=settings.epochs, seeds=settings.seeds, sweep=settings.sweep_seeds
    )
    limit = found.forecast.beta
    below = "everywhere" if limit == math.inf else "below" if limit else "nowhere"
    forecast = say["forecast"].format(
        loop=loop_in_words(found),
        reward=found.forecast.loop.mean_reward,
        rest=say[below].format(beta=limit),
    )
    shown = "".join(
        f"<figure>{_inline(figure, name)}<figcaption>{say[f'{name} caption']}</figcaption></figure>"
        for name, figure in figures.items()
    )
    told = [[claim.poster, claim.here, say[claim.holds]] for claim in claims(found, say)]
    checkpoints = [
        _cells(beta, one, say) for beta, trained in found.trained.items() for one in trained
    ]
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1><p>{about}</p>"
        f"<h2>{say['found']}</h2>"
        f"{_table([say['poster says'], say['here'], say['holds']], told, 'claims')}"
        f"<p>{say['holds about']}</p>"
        f"<p>{html.escape(sweep_in_words(found, say))}</p><p>{html.escape(forecast)}</p>"
        f"{shown}<h2>{say['ended']}</h2><p>{say['ended about']}</p>"
        f"{_table(_ended_head(say), _ended_cells(found, say), 'ended')}"
        f"<h2>{say['played']}</h2><p>{say['played about']}</p>"
        f'<div class="scroll"><table class="played">{"".join(map(_played, moments))}</table></div>'
        f"<h2>{say['swept']}</h2><p>{say['swept about']}</p>"
        f"{_table(_sweep_head(say), _sweep_cells(found, say))}"
        f"<h2>{say['checkpoints']}</h2>{_table(_head(say), checkpoints)}</html>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    cells = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    names = "".join(f"<th>{html.escape(name)}</th>" for name in head)
    return f'<div class="scroll"><table class="{kind}"><tr>{names}</tr>{cells}</table></div>'


def _played(moment: Snapshot) -> str:
    """A row: β, epoch, a link to the MIDI file (within the page), numerals above chord names."""
    progression = moment.progression
    epoch = f"<b>{moment.epoch}</b>" if moment.selected else str(moment.epoch)
    coded = base64.b64encode(moment.midi()).decode()
    link = f'<a download="{moment.name}" href="data:audio/midi;base64,{coded}">MIDI</a>'
    chords = "".join(
        f"<td>{html.escape(numeral)}<br><small>{html.escape(name)}</small></td>"
        for numeral, name in zip(progression.roman_numerals, progression.names, strict=True)
    )
    return f"<tr><td>β {moment.beta:.2f}</td><td>{epoch}</td><td>{link}</td>{chords}</tr>"


def _head(say: Words) -> list[str]:
    names = ("seed", "collapse", "selected", "return", "effective chords", "commonest pair")
    return ["β", *(say[name] for name in (*names, "last return", "last chords", "last pair"))]


def _cells(beta: float, one: Recorded, say: Words) -> list[str]:
    fell = say["never"] if one.collapse_epoch is None else str(one.collapse_epoch)
    chosen = None if isinstance(one.selection, ShinkoError) else one.selection.row
    selected = ["–"] * 4 if chosen is None else [str(chosen.epoch), *_figures(chosen)]
    return [f"{beta:.2f}", str(one.seed), fell, *selected, *_figures(one.last)]


def _figures(row: EpochRow) -> list[str]:
    return [
        f"{row.mean_return:.2f}",
        f"{row.effective_chords:.1f}",
        f"{row.commonest_pair:.0%}",
    ]


def _ended_head(say: Words) -> list[str]:
    return ["β", *(say[name] for name in ("ends on", "trainings", "last return", "last chords"))]


def _ended_cells(found: Findings, say: Words) -> list[list[str]]:
    return [
        [
            f"{beta:.2f}",
            chords_in_words(found, ending, say),
            rate_in_words(rate([one in ending.trained for one in trained]), say),
            f"{ending.mean('mean_return'):.2f}",
            f"{ending.mean('effective_chords'):.1f}",
        ]
        for beta, trained in found.trained.items()
        for ending in endings(trained)
    ]


def _sweep_head(say: Words) -> list[str]:
    names = ("counts", "ended diverse", "trainings", "return", "exact return")
    return [
        "β",
        *(say[name] for name in (*names, "effective chords", "exact chords", "optimality")),
    ]


def _sweep_cells(found: Findings, say: Words) -> list[list[str]]:
    return [
        [
            f"{one.beta:.2f}",
            say[f"counts {entropy}"],
            say["yes" if one.diverse else "no"],
            say["of"].format(**vars(one.rate)),
            f"{one.mean_return:.2f}",
            f"{one.exact.mean_return:.2f}",
            f"{one.effective_chords:.1f}",
            f"{one.exact.effective_chords:.1f}",
            # What the entropy as a bonus leads to isn't meant to be the best.
            f"{one.optimality:.3f}" if entropy == "return" else "–",
        ]
        for entropy in ENTROPIES
        for one in found.swept.together(entropy)
    ]


def _inline(svg: str, name: str) -> str:
    """An SVG for use within a page: without its prologue, ids of its own."""
    body = svg[svg.index("<svg") :]
    return (
        body.replace('id="', f'id="{name}-')
        .replace('"#', f'"#{name}-')
        .replace("url(#", f"url(#{name}-")
    )
