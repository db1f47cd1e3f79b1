"""What the poster says, and what a study's numbers say to it, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shinko.experiments.learn import Learned
from shinko.experiments.study.findings import Findings
from shinko.experiments.study.settings import BETAS
from shinko.experiments.study.words import Words
from shinko.rl.selection import Selection
from shinko.theory import parse_token

# Chords that are named as those which are left after a collapse.
_COMMONEST = 3
# Betas on both sides of the phase transition of the Hooktheory table.
_LOW, _HIGH = 0.1, 0.2


@dataclass(frozen=True)
class Claim:
    """A claim of the poster and what was found.

    Attributes:
      poster: what it says.
      here: what the numbers say.
      holds: `yes`, `partly` or `no`, or `open` where no training could tell.
    """

    poster: str
    here: str
    holds: str


def claims(found: Findings, say: Words) -> list[Claim]:
    """What became of the poster's claims."""
    without, entropy = BETAS
    fallen = [one.collapsed for one in found.trained[without]]
    return [
        Claim(
            say["claim collapse"].format(beta=without),
            _collapsed(found.trained[without], say),
            # What hasn't happened yet may still happen.
            _verdict(fallen) if any(fallen) else "open",
        ),
        _loops(found, say),
        _entropy(found, entropy, say),
        _selected(found, say),
    ]


def in_words(found: Findings, say: Words) -> list[str]:
    """Sentences: what became of the claims, and what the sweep found."""
    told = [
        f"[{say[claim.holds]}] {say['sentence'].format(first=claim.poster, then=claim.here)}"
        for claim in claims(found, say)
    ]
    return [*told, sweep_in_words(found, say)]


def sweep_in_words(found: Findings, say: Words) -> str:
    """What the sweep found."""
    optimality = [point.optimality for point in found.swept.learned["return"]]

    def chords(entropy: str, beta: float) -> tuple[float, float]:
        """Learned and exact, of the β nearest to the one given."""
        mean, exact, _ = min(
            found.swept.means(entropy), key=lambda means: abs(means[0].beta - beta)
        )
        return mean.effective_chords, exact.effective_chords

    (first, exact_first), (then, exact_then) = (chords("return", beta) for beta in (_LOW, _HIGH))
    return say["sweep found"].format(
        least=min(optimality),
        most=max(optimality),
        low=_LOW,
        high=_HIGH,
        first=first,
        then=then,
        exact_first=exact_first,
        exact_then=exact_then,
        bonus_first=chords("bonus", _LOW)[0],
        bonus_then=chords("bonus", _HIGH)[0],
    )


def loop_in_words(found: Findings) -> str:
    """The loop of the greatest mean reward, as Roman numerals."""
    return " ".join(_numeral(found, chord) for chord in found.forecast.loop.tokens)


def _collapsed(trained: list[Learned], say: Words) -> str:
    epochs = [
        str(one.selection.collapse_epoch)
        for one in trained
        if isinstance(one.selection, Selection) and one.selection.collapse_epoch is not None
    ]
    return say["collapsed"].format(
        epochs=len(trained[0].rows),
        fallen=sum(one.collapsed for one in trained),
        count=len(trained),
        when=say["when"].format(epochs=say["list"].join(epochs)) if epochs else "",
    )


def _fallen(found: Findings) -> list[Selection]:
    """Of the trainings that collapsed after a diverse checkpoint."""
    return [
        one.selection
        for trained in found.trained.values()
        for one in trained
        if isinstance(one.selection, Selection) and one.collapsed
    ]


def _loops(found: Findings, say: Words) -> Claim:
    fallen, length = _fallen(found), found.best.length
    if not fallen:
        return Claim(say["claim loop"], say["no collapse"], "open")
    last = [one.last.mean_return / length for one in fallen]
    selected = [one.row.mean_return / length for one in fallen]
    shares = np.mean([one.last.shares for one in fallen], axis=0)
    common = np.argsort(-shares, kind="stable")[:_COMMONEST]
    names = [_numeral(found, chord) for chord in common]
    here = say["loops"].format(
        count=len(fallen),
        pair=np.mean([one.last.commonest_pair for one in fallen]),
        last=np.mean(last),
        selected=np.mean(selected),
        common=say["list"].join(names[:-1]) + say["and"] + names[-1],
        share=shares[common].sum(),
        loop=loop_in_words(found),
        best=found.forecast.loop.mean_reward,
    )
    return Claim(
        say["claim loop"], here, _verdict([a > b for a, b in zip(last, selected, strict=True)])
    )


def _entropy(found: Findings, beta: float, say: Words) -> Claim:
    trained, rest = found.trained[beta], found.rest[beta].walk
    told = [_collapsed(trained, say)]
    diverse = [one for one in trained if not one.collapsed]
    # What is hardly better than chance has not collapsed, but isn't music either.
    enough = (found.chain.mean_return + found.uniform.mean_return) / 2
    returns = [
        one.selection.last.mean_return for one in diverse if isinstance(one.selection, Selection)
    ]
    if returns:
        told.append(
            say["musical"].format(
                value=np.mean(returns),
                chain=found.chain.mean_return,
                uniform=found.uniform.mean_return,
            )
        )
    told.append(
        say["resting"].format(
            value=rest.mean_return,
            chords=rest.effective_tokens,
            diverse=say["diverse" if found.limits.kept_by(rest) else "not diverse"],
        )
    )
    holds = _verdict([not one.collapsed for one in trained])
    if holds == "yes" and min(returns) < enough:
        holds = "open"
    text = told[0]
    for sentence in told[1:]:
        text = say["sentence"].format(first=text, then=sentence)
    return Claim(say["claim entropy"].format(beta=beta), text, holds)


def _selected(found: Findings, say: Words) -> Claim:
    fallen = _fallen(found)
    if not fallen:
        return Claim(say["claim select"], say["no collapse"], "open")
    here = say["choice"].format(
        count=len(fallen),
        before=np.mean([(one.collapse_epoch or 0) - one.row.epoch for one in fallen]),
        selected=np.mean([one.row.effective_chords for one in fallen]),
        pair=np.mean([one.row.commonest_pair for one in fallen]),
        last=np.mean([one.last.effective_chords for one in fallen]),
        last_pair=np.mean([one.last.commonest_pair for one in fallen]),
    )
    # Selection holds to the limits by itself; the claim is about what would be played else.
    kept = [bool(found.limits.broken(one.last)) for one in fallen]
    return Claim(say["claim select"], here, _verdict(kept))


def _verdict(each: list[bool]) -> str:
    return "yes" if all(each) else "partly" if any(each) else "no"


def _numeral(found: Findings, chord: int) -> str:
    return str(parse_token(found.chords[chord]))
