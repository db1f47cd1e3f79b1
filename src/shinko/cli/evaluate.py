"""shinko evaluate: a trained policy held against the exact optimum."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from shinko.cli.options import asks
from shinko.cli.output import AsJson
from shinko.cli.streams import print_lines
from shinko.experiments.requests import EvaluateRequest

if TYPE_CHECKING:
    from shinko.experiments.evaluate import Evaluation
    from shinko.experiments.evaluate_memory import MemoryEvaluation


@asks(EvaluateRequest, AsJson)
def evaluate_command(request: EvaluateRequest, output: AsJson) -> None:
    """How far a policy is from the best that can be, and how varied it is.

    \b
    shinko evaluate runs/pop                 the selected checkpoint
    shinko evaluate runs/pop --epoch 600     another one
    shinko evaluate runs/pop --tau 0.5       under another weight of the entropy

    Optimality is 100 % for the exact optimum and 0 % for uniform choice;
    regret is what each chord costs against the optimum, in the reward's units
    (nats for log-probability). A run with a memory has no exact optimum; its
    regret and its divergence are from what its songs' chain plays.
    """
    from shinko.experiments.evaluate import evaluate
    from shinko.experiments.evaluate_memory import MemoryEvaluation

    found = evaluate(
        request.run,
        epoch=request.epoch,
        tau=request.tau,
        samples=request.samples,
        seed=request.seed,
    )
    if output.json:
        print_lines(json.dumps(found.to_dict()))
    elif isinstance(found, MemoryEvaluation):
        _print_memory(request.run, found)
    else:
        _print_exact(request.run, found)


def _print_exact(run: Path, found: Evaluation) -> None:
    from shinko.cli.figures import exact_figures, print_columns

    policy, settings = found.policy, found.settings
    print_lines(
        f"{run}, epoch {found.epoch}: table {settings.table}, reward {settings.reward}, "
        f"{settings.length} chords, tau {found.tau:.3g}",
        "",
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
    print_lines(
        "",
        f"optimality {policy.optimality:.1%} ± {policy.optimality_error:.1%}, regret "
        f"{policy.regret:.4f} ± {policy.regret_error:.4f} a chord",
        f"distinct {policy.distinct:.1%}, commonest {policy.commonest:.1%}, unlisted "
        f"{policy.unlisted:.2%} of the chords; {policy.progressions:,} progressions",
    )


def _print_memory(run: Path, found: MemoryEvaluation) -> None:
    from shinko.cli.figures import print_columns

    policy, settings = found.policy, found.settings
    print_lines(
        f"{run}, epoch {found.epoch}: table {settings.table} with a memory in {settings.memory}, "
        f"reward {settings.reward}, {settings.length} chords, tau {found.tau:.3g}",
        "",
    )
    both = (policy.repeats, policy.best_repeats)
    print_columns(
        ["policy", "best"],
        {
            "halves alike": [f"{one.halves_alike:.1%}" for one in both],
            "repeated pairs": [f"{one.repeated_pairs:.2f}" for one in both],
            "distinct chords": [f"{one.distinct_chords:.2f}" for one in both],
        },
    )
    print_lines(
        "",
        f"regret {policy.regret:.4f} ± {policy.regret_error:.4f} a chord, divergence "
        f"{policy.divergence:.4f} ± {policy.divergence_error:.4f}",
        f"return {policy.mean_return:.4f} ± {policy.return_error:.4f}, "
        f"{policy.effective_chords:.2f} effective chords, commonest pair "
        f"{policy.commonest_pair:.1%}",
        f"distinct {policy.distinct:.1%}, commonest {policy.commonest:.1%}; "
        f"{policy.progressions:,} progressions each",
    )
