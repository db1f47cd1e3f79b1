"""What the poster says, and what a study's numbers say to it, in words."""

from __future__ import annotations

from dataclasses import dataclass

from shinko.experiments.statistics import Rate, interquartile_mean, rate
from shinko.experiments.study.findings import Findings
from shinko.experiments.study.recorded import Ending, Recorded, endings, not_yet_collapsed
from shinko.experiments.study.settings import BETAS
from shinko.experiments.study.words import Words
from shinko.rl.selection import Selection
from shinko.theory import parse_token

# Betas on both sides of the phase transition of the Hooktheory table.
_LOW, _HIGH = 0.1, 0.2


@dataclass(frozen=True)
class Claim:
    """A claim of the poster and what was found.

    Attributes:
      poster: what it says.
      here: what the numbers say.
      holds: `yes` or `no`, or `open` where the trainings can't tell.
    """

    poster: str
    here: str
    holds: str


def claims(found: Findings, say: Words) -> list[Claim]:
    """What became of the poster's claims.

    A claim holds, or doesn't, where the exact interval of the chance that a training bears it out
    lies on one side of a half.
    """
    without, entropy = BETAS
    fallen = rate([one.collapsed for one in found.trained[without]])
    return [
        Claim(
            say["claim collapse"].format(beta=without),
            _collapsed(found.trained[without], say),
            # What hasn't happened yet may still happen.
            "yes" if verdict(fallen) == "yes" else "open",
        ),
        _loops(found, say),
        _entropy(found, entropy, say),
        _selected(found, say),
    ]


def verdict(held: Rate) -> str:
    """Whether something holds more often than not; `open` with five trainings or fewer, always."""
    return "yes" if held.low > 0.5 else "no" if held.high < 0.5 else "open"


def rate_in_words(told: Rate, say: Words) -> str:
    """How often, of how many, and the interval of the chance."""
    return say["rate"].format(**vars(told))


def chords_in_words(found: Findings, ending: Ending, say: Words) -> str:
    """What trainings that ended alike play, as Roman numerals, or that they stayed diverse."""
    return " ".join(_numeral(found, chord) for chord in ending.chords) or say["stayed diverse"]


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

    def chords(entropy: str, beta: float) -> tuple[str, float]:
        """Learned and exact, of the β nearest to the one given."""
        every = found.swept.together(entropy)
        near = min(every, key=lambda one: abs(one.beta - beta)).beta
        alike = [one for one in every if one.beta == near]
        told = [f"{one.effective_chords.value:.1f}" for one in alike]
        if len(alike) > 1:
            told = [
                say["in some"].format(value=text, count=one.rate.count, of=one.rate.of)
                for text, one in zip(told, alike, strict=True)
            ]
        return say["or"].join(told), alike[0].exact.effective_chords

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


def _collapsed(trained: list[Recorded], say: Words) -> str:
    epochs = [one.collapse_epoch for one in trained if one.collapse_epoch is not None]
    half = not_yet_collapsed(trained).median
    when = say["first"].format(epoch=min(epochs)) if epochs else ""
    return say["collapsed"].format(
        epochs=len(trained[0].returns),
        rate=rate_in_words(rate([one.collapsed for one in trained]), say),
        when=when + (say["half"].format(epoch=half) if half is not None else ""),
    )


def _fallen(found: Findings) -> list[tuple[Recorded, Selection]]:
    """The trainings that collapsed after a diverse checkpoint."""
    return [
        (one, one.selection)
        for trained in found.trained.values()
        for one in trained
        if isinstance(one.selection, Selection) and one.collapsed
    ]


def _loops(found: Findings, say: Words) -> Claim:
    fallen, length = _fallen(found), found.best.length
    if not fallen:
        return Claim(say["claim loop"], say["no collapse"], "open")
    last = [one.last.mean_return / length for one, _ in fallen]
    selected = [chosen.row.mean_return / length for _, chosen in fallen]
    here = say["loops"].format(
        count=len(fallen),
        pair=interquartile_mean([one.last.commonest_pair for one, _ in fallen]).value,
        last=interquartile_mean(last),
        selected=interquartile_mean(selected),
        ends=say["then"].join(
            say["ends"].format(beta=beta, chords=say["list"].join(_ends(found, beta, say)))
            for beta in found.trained
            if _ends(found, beta, say)
        ),
        loop=loop_in_words(found),
        best=found.forecast.loop.mean_reward,
    )
    held = rate([a > b for a, b in zip(last, selected, strict=True)])
    return Claim(say["claim loop"], here, verdict(held))


def _ends(found: Findings, beta: float, say: Words) -> list[str]:
    """What the collapsed trainings of a β end on, each with how many do."""
    return [
        f"{chords_in_words(found, ending, say)} ({len(ending.trained)})"
        for ending in endings(found.trained[beta])
        if ending.chords
    ]


def _entropy(found: Findings, beta: float, say: Words) -> Claim:
    trained, rest = found.trained[beta], found.rest[beta].walk
    told = [_collapsed(trained, say)]
    returns = [one.last.mean_return for one in trained if not one.collapsed]
    if returns:
        told.append(
            say["musical"].format(
                count=len(returns),
                value=interquartile_mean(returns),
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
    # What is hardly better than chance has not collapsed, but isn't music either.
    enough = (found.chain.mean_return + found.uniform.mean_return) / 2
    held = rate([not one.collapsed and one.last.mean_return >= enough for one in trained])
    if not any(one.collapsed for one in trained) and held.count < held.of:
        decided = "open"
    else:
        decided = verdict(held)
    text = told[0]
    for sentence in told[1:]:
        text = say["sentence"].format(first=text, then=sentence)
    return Claim(say["claim entropy"].format(beta=beta), text, decided)


def _selected(found: Findings, say: Words) -> Claim:
    fallen = _fallen(found)
    if not fallen:
        return Claim(say["claim select"], say["no collapse"], "open")

    def middle(values: list[float]) -> float:
        return interquartile_mean(values).value

    here = say["choice"].format(
        count=len(fallen),
        before=middle([(one.collapse_epoch or 0) - chosen.row.epoch for one, chosen in fallen]),
        selected=middle([chosen.row.effective_chords for _, chosen in fallen]),
        pair=middle([chosen.row.commonest_pair for _, chosen in fallen]),
        last=middle([one.last.effective_chords for one, _ in fallen]),
        last_pair=middle([one.last.commonest_pair for one, _ in fallen]),
    )
    # Selection holds to the limits by itself; the claim is about what would be played else.
    held = rate([bool(found.limits.broken(one.last)) for one, _ in fallen])
    return Claim(say["claim select"], here, verdict(held))


def _numeral(found: Findings, chord: int) -> str:
    return str(parse_token(found.chords[chord]))
