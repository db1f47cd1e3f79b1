"""shinko evaluate: a trained policy held against the exact optimum."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from shinko.cli.paths import read_path


def evaluate_command(
    run: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="RUN", parser=read_path)],
    epoch: Annotated[
        int | None,
        typer.Option(help="Epoch of the checkpoint; by default the one before the collapse."),
    ] = None,
    tau: Annotated[
        float | None,
        typer.Option(help="Weight of the entropy; by default the run's beta in that epoch.", min=0),
    ] = None,
    samples: Annotated[
        int, typer.Option(help="Progressions to play.", min=2, max=1_000_000)
    ] = 4096,
    seed: Annotated[int, typer.Option(help="Seed of all chance.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """How far a policy is from the best that can be, and how varied it is.

    \b
    shinko evaluate runs/pop                 the selected checkpoint
    shinko evaluate runs/pop --epoch 600     another one
    shinko evaluate runs/pop --tau 0.5       under another weight of the entropy

    Optimality is 100 % for the exact optimum and 0 % for uniform choice;
    regret is what each chord costs against the optimum, in the reward's units
    (nats for log-probability).
    """
    from shinko.cli.figures import exact_figures, print_columns
    from shinko.experiments.evaluate import evaluate

    found = evaluate(run, epoch=epoch, tau=tau, samples=samples, seed=seed)
    if as_json:
        print(json.dumps(found.to_dict()))
        return
    policy, settings = found.policy, found.settings
    print(
        f"{run}, epoch {found.epoch}: table {settings.table}, reward {settings.reward}, "
        f"{settings.length} chords, tau {found.tau:.3g}\n"
    )
    exact = {"optimum": found.optimum.walk, "own chain": found.chain, "uniform": found.uniform}
    if found.rest is not None:
        exact["bonus at rest"] = found.rest
    rows = exact_figures(list(exact.values()), found.tau)
    own = [
        f"{policy.objective:.4f}",
        f"{policy.mean_return:.4f}",
        f"{policy.entropy:.3f}",
        f"{policy.effective_chords:.2f}",
        f"{policy.commonest_pair:.1%}",
    ]
    print_columns(
        ["policy", *exact],
        {name: [figure, *row] for figure, (name, row) in zip(own, rows.items(), strict=True)},
    )
    print(
        f"\noptimality {policy.optimality:.1%} ± {policy.optimality_error:.1%}, regret "
        f"{policy.regret:.4f} ± {policy.regret_error:.4f} a chord\n"
        f"distinct {policy.distinct:.1%}, commonest {policy.commonest:.1%}, unlisted "
        f"{policy.unlisted:.2%} of the chords; {policy.progressions:,} progressions"
    )
