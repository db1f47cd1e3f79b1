"""shinko evaluate: a trained policy held against the exact optimum."""

from __future__ import annotations

import json

from shinko.cli.options import asks
from shinko.cli.output import AsJson
from shinko.cli.streams import print_lines
from shinko.experiments.requests import EvaluateRequest


@asks(EvaluateRequest, AsJson)
def evaluate_command(request: EvaluateRequest, output: AsJson) -> None:
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

    found = evaluate(
        request.run,
        epoch=request.epoch,
        tau=request.tau,
        samples=request.samples,
        seed=request.seed,
    )
    if output.json:
        print_lines(json.dumps(found.to_dict()))
        return
    policy, settings = found.policy, found.settings
    print_lines(
        f"{request.run}, epoch {found.epoch}: table {settings.table}, reward {settings.reward}, "
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
