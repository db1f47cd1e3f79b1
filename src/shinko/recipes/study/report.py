"""The report of a study: one HTML file that needs no network, the figures, the numbers."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from pathlib import Path

from shinko.errors import ShinkoError
from shinko.files import write_atomically
from shinko.recipes.study.figures import draw_returns, draw_shares
from shinko.recipes.study.findings import Findings, Trained
from shinko.recipes.study.progressions import Moment, draw_moments
from shinko.recipes.study.settings import StudySettings
from shinko.theory import parse_token

_PROGRESSIONS = "progressions"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #888; } .played { font-size: 75%; }
.played td { padding: .2rem .3rem; text-align: left; }
figure { margin: 2rem 0; } figcaption { color: #444; }
"""
_HEAD = (
    *("β", "seed", "collapse", "selected", "return", "effective chords", "commonest pair"),
    *("last return", "last effective chords", "last commonest pair"),
)


def write_study(folder: Path, settings: StudySettings, found: Findings) -> list[Path]:
    """Write figures, numbers and report into a folder; return the files.

    Raises:
      OSError: a file can't be written.
    """
    figures = {"returns": draw_returns(found), "shares": draw_shares(found)}
    contents = {
        f"{name}.{kind}": content
        for name, pair in figures.items()
        for kind, content in zip(("svg", "png"), pair, strict=True)
    }
    numbers = {"settings": settings.to_dict(), **found.to_dict()}
    contents["study.json"] = json.dumps(numbers, ensure_ascii=False, indent=1).encode()
    drawn = {name: pair[0].decode() for name, pair in figures.items()}
    moments = draw_moments(found)
    contents["report.html"] = report_html(settings, found, drawn, moments).encode()
    (folder / _PROGRESSIONS).mkdir(exist_ok=True)
    for moment in moments:
        contents[f"{_PROGRESSIONS}/{moment.name}"] = moment.midi()
    for name, content in contents.items():
        write_atomically(folder / name, content)
    return [folder / name for name in contents]


def report_html(
    settings: StudySettings, found: Findings, figures: dict[str, str], moments: Sequence[Moment]
) -> str:
    """The report as a page of its own; `figures` are SVG."""
    rows = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in _cells(beta, seed, one))}</tr>"
        for beta, trained in found.trained.items()
        for seed, one in enumerate(trained)
    )
    head = "".join(f"<th>{name}</th>" for name in _HEAD)
    loop = " ".join(str(parse_token(found.chords[chord])) for chord in found.forecast.loop.chords)
    title = f"Study of table {html.escape(Path(settings.table).stem)}"
    captions = {
        "returns": "Return by epoch: mean over the seeds, with a band from the least to the "
        "greatest; circles are the selected checkpoints, the dashed line is the exact optimum.",
        "shares": "Each chord's share of what was played, by epoch, averaged over the seeds.",
    }
    shown = "".join(
        f"<figure>{_inline(figures[name], name)}<figcaption>{caption}</figcaption></figure>"
        for name, caption in captions.items()
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>"
        f"<p>LSTM policies learned by REINFORCE with an entropy bonus, {settings.epochs} epochs, "
        f"{settings.seeds} seeds. {html.escape(in_words(found))}</p>"
        f"<p>From the table alone: the loop of the greatest mean reward is {html.escape(loop)} "
        f"({found.forecast.loop.mean_reward:.3f} a chord), and the loss comes to rest at a policy "
        f"that isn't diverse below β = {found.forecast.beta:.3g}.</p>"
        f"{shown}<h2>What they play</h2><p>The first training of each β, always with the same "
        "chance; the bold epoch is the selected checkpoint. Chord names are those in C major.</p>"
        f"<table class=played>{''.join(map(_played, moments))}</table>"
        "<h2>Selected and last checkpoints</h2>"
        f"<table><tr>{head}</tr>{rows}</table></html>"
    )


def _played(moment: Moment) -> str:
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


def in_words(found: Findings) -> str:
    """What was found, as far as the numbers say so."""
    told = []
    for beta, trained in found.trained.items():
        chosen = [one.selection for one in trained if not isinstance(one.selection, ShinkoError)]
        fallen = [one.collapse_epoch for one in chosen if one.collapse_epoch is not None]
        line = f"With β = {beta:.2f}, {len(fallen)} of {len(trained)} trainings collapsed"
        if fallen:
            line += f", at epoch {', '.join(map(str, fallen))}"
        if beta in found.rest:
            rest = found.rest[beta].walk
            line += (
                f"; the loss would come to rest at return {rest.mean_return:.2f} with "
                f"{rest.effective_chords:.1f} effective chords"
            )
        told.append(line)
    return ". ".join(told) + "."


def _cells(beta: float, seed: int, one: Trained) -> list[str]:
    if isinstance(one.selection, ShinkoError):
        return [f"{beta:.2f}", str(seed), *["–"] * 8]
    row, last, fell = one.selection.row, one.selection.last, one.selection.collapse_epoch
    return [
        f"{beta:.2f}",
        str(seed),
        "never" if fell is None else str(fell),
        str(row.epoch),
        *(
            text
            for each in (row, last)
            for text in (
                f"{each.mean_return:.2f}",
                f"{each.effective_chords:.1f}",
                f"{each.commonest_pair:.0%}",
            )
        ),
    ]


def _inline(svg: str, name: str) -> str:
    """An SVG for use within a page: without its prologue, ids of its own."""
    body = svg[svg.index("<svg") :]
    return (
        body.replace('id="', f'id="{name}-')
        .replace('"#', f'"#{name}-')
        .replace("url(#", f"url(#{name}-")
    )
