"""shinko optimum, forecast: what a table and a reward tell without any training."""

from __future__ import annotations

import json
import math

from shinko.cli.options import asks
from shinko.cli.output import AsJson
from shinko.cli.streams import print_lines
from shinko.rl.settings import ForecastSettings, OptimumSettings


@asks(OptimumSettings, AsJson)
def optimum_command(settings: OptimumSettings, output: AsJson) -> None:
    """The best policy that can be, exactly: return, entropy, and progressions drawn from it.

    \b
    shinko optimum                             table 'pop', log-probability
    shinko optimum --tau 0                     the best return alone
    shinko optimum --table hooktheory --reward probability --tau 0.15
    shinko optimum --reward probability:1,repetition:-0.2

    The objective is the return plus tau times the entropies of all steps.
    Beside the optimum stand the table's own chain, which plays each chord by
    its probability, and uniform choice.
    """
    from shinko.experiments.optimum import find_optimum
    from shinko.tables.codec import find_codec

    found = find_optimum(settings)
    if output.json:
        print_lines(json.dumps({"settings": settings.to_dict(), **found.to_dict()}))
        return
    from shinko.cli.figures import exact_figures, print_columns

    process = found.optimum.process
    print_lines(
        f"table {settings.table}: {len(process.tokens)} chords, "
        f"{process.states:,} histories; reward {settings.reward}, {settings.length} "
        f"chords, tau {settings.tau:g}",
        "",
    )
    walks = [found.optimum.walk, found.chain, found.uniform]
    print_columns(["optimum", "own chain", "uniform"], exact_figures(walks, settings.tau))
    if found.drawn:
        print_lines("", "drawn from the optimum:")
    show = find_codec(found.codec).show
    for progression in found.drawn:
        print_lines("  " + " ".join(map(show, progression)))
    print_lines(f"solved in {found.seconds:.2f} s", to_error=True)


@asks(ForecastSettings, AsJson)
def forecast_command(settings: ForecastSettings, output: AsJson) -> None:
    """Where a training will collapse, before it begins: the loop, and the beta below which.

    \b
    shinko forecast                            table 'pop', log-probability
    shinko forecast --reward probability --entropy bonus    as the poster's

    The loop is the cycle of chords with the greatest mean reward. Below the
    beta told, the policy that training moves towards is no longer diverse; a
    real training may fall into a lesser loop that it meets first, or not get
    there in its time.
    """
    from shinko.experiments.optimum import forecast
    from shinko.tables.codec import find_codec

    found, automaton, limits = forecast(settings)
    tokens = [automaton.vocabulary[chord] for chord in found.loop.tokens]
    played = found.collapsed.walk
    if output.json:
        beta = found.beta if math.isfinite(found.beta) else None
        print_lines(
            json.dumps(
                {
                    "settings": settings.to_dict(),
                    "loop": tokens,
                    "mean_reward": found.loop.mean_reward,
                    "beta": beta,
                    "effective_chords": played.effective_tokens,
                    "commonest_pair": played.commonest_pair,
                    "limits": vars(limits),
                }
            )
        )
        return
    print_lines(
        f"best loop: {' '.join(map(find_codec(automaton.codec).show, tokens))}, mean reward "
        f"{found.loop.mean_reward:.4f} a chord"
    )
    told = f"{played.effective_tokens:.2f} effective chords, commonest pair "
    told += f"{played.commonest_pair:.1%}"
    if found.beta == 0.0:
        print_lines(f"it stays diverse at every beta: {told} near 0")
    elif math.isinf(found.beta):
        print_lines(f"it is collapsed at every beta: {told} at best; take a richer table")
    else:
        print_lines(f"below beta {found.beta:.3g} it collapses: {told} there")
    print_lines(
        f"diverse means: at least {limits.min_effective_chords:.2g} effective chords, no pair of "
        f"chords above {limits.max_commonest_pair:.0%}"
    )
