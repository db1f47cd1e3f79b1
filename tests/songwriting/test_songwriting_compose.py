"""Composing: from a policy and a request to progressions."""

from dataclasses import replace

import numpy as np
import pytest

from shinko.errors import FieldError, ShinkoError
from shinko.nets.light import LightModel
from shinko.rl.policy import Policy, shipped_policy
from shinko.score.progression import Progression, Section
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.songwriting.wishes import Wishes
from shinko.theory import Key

CHORDS = ("1", "4", "5")
C, A_MINOR = Key.parse("C"), Key.parse("A minor")


def certain_policy(order: str, chords: tuple[str, ...] = CHORDS) -> Policy:
    """A policy that plays the chords round and round: after order[i] comes order[i + 1].

    An RNN of one hidden unit a token copies its input, and the output layer looks up what follows.
    The logit of the next chord is 20 · tanh(10), of the others 0: e^-20 is 2 in a thousand million.
    """
    V = len(chords)
    following = {order[i - 1]: order[i] for i in range(1, len(order))} | {order[-1]: order[0]}
    output = np.zeros((V, V + 1), np.float64)
    output[chords.index(order[0]), V] = 20.0  # after the start token
    for chord, after in following.items():
        output[chords.index(after), chords.index(chord)] = 20.0
    weights = {
        "embedding.weight": np.eye(V + 1),
        "stack.cells.0.W_x": 10 * np.eye(V + 1),
        "stack.cells.0.W_h": np.zeros((V + 1, V + 1)),
        "stack.cells.0.b": np.zeros(V + 1),
        "output.weight": output,
        "output.bias": np.zeros(V),
    }
    return Policy(LightModel(weights, "rnn"), chords, "round and round")


def tokens(progression: Progression) -> str:
    return " ".join(chord.token for chord in progression.chords)


def test_a_certain_policy_plays_its_round():
    (found,) = compose(certain_policy("145"), ComposeRequest(key=C, length=7, count=1))
    assert tokens(found) == "1 4 5 1 4 5 1"


def test_the_first_chord_is_the_one_asked_for_and_the_policy_goes_on_from_it():
    request = ComposeRequest(key=C, length=4, count=1, wishes=Wishes(start="IV"))
    assert tokens(compose(certain_policy("145"), request)[0]) == "4 5 1 4"


def test_any_start_is_the_policys_own():
    request = ComposeRequest(key=C, length=2, count=1, wishes=Wishes(start="any"))
    assert tokens(compose(certain_policy("514"), request)[0]) == "5 1"


def test_a_policy_without_the_tonic_starts_as_it_likes():
    request = ComposeRequest(key=C, length=2, count=1, wishes=Wishes(start="tonic"))
    assert tokens(compose(certain_policy("45", ("4", "5")), request)[0]) == "4 5"


def test_the_tonic_of_a_minor_key_is_its_own():
    policy = certain_policy("461", ("1", "4", "6"))
    request = ComposeRequest(key=A_MINOR, length=3, count=1, wishes=Wishes(start="tonic"))
    (found,) = compose(policy, request)
    assert tokens(found) == "6 1 4"
    assert found.roman_numerals == ("i", "♭III", "♭VI")
    assert found.names == ("Am", "C", "F")


@pytest.mark.parametrize("count", [1, 7])
def test_each_progression_has_what_it_takes_to_make_it_again(count):
    request = ComposeRequest(key=C, count=count, seed=5, tempo_bpm=90.0, beats_per_chord=2.0)
    found = compose(certain_policy("145"), request)
    assert [p.title for p in found] == [f"Shinko 5-{n}" for n in range(1, count + 1)]
    for p in found:
        assert (p.seed, p.policy, p.key, p.tempo_bpm) == (5, "round and round", C, 90.0)
        assert p.beats == (2.0,) * 8
        # log of 1 / (1 + 2 e^-20), eight times.
        assert p.log_probability == pytest.approx(0.0, abs=1e-4)


def test_the_log_probability_of_an_unlikely_start_is_told():
    # The policy plays I first; IV has e^(0 - 20 tanh 10) of its weight.
    request = ComposeRequest(key=C, length=1, count=1, wishes=Wishes(start="IV"))
    assert compose(certain_policy("145"), request)[0].log_probability == pytest.approx(-20.0, 1e-4)


def test_a_fair_coin_falls_on_both_sides():
    policy = certain_policy("145")
    weights = {"output.weight": np.zeros((3, 4)), "output.bias": np.array([0.0, 0.0, -99.0])}
    even = {
        "embedding.weight": np.eye(4),
        "stack.cells.0.W_x": np.eye(4),
        "stack.cells.0.W_h": np.zeros((4, 4)),
        "stack.cells.0.b": np.zeros(4),
        **weights,
    }
    request = ComposeRequest(key=C, length=1, count=1000, wishes=Wishes(start="any"), seed=1)
    found = compose(Policy(LightModel(even, "rnn"), policy.chords, "coin"), request)
    ones = sum(tokens(p) == "1" for p in found)
    # 500 ± 16 expected; six standard deviations off happens once in a thousand million seeds.
    assert 400 < ones < 600
    assert ones + sum(tokens(p) == "4" for p in found) == 1000


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"length": 0}, "`length` 0: expected 1 to 64"),
        ({"length": 65}, "`length` 65: expected 1 to 64"),
        ({"count": 0}, "`count` 0: expected 1 to 100,000"),
        ({"count": 100_001}, "`count` 100001: expected 1 to 100,000"),
        ({"temperature": float("nan")}, "`temperature` nan: expected 0 to 100"),
        ({"temperature": -0.1}, "`temperature` -0.1: expected 0 to 100"),
        ({"seed": -1}, "`seed` -1: expected 0 to 9,223,372,036,854,775,807"),
        ({"tempo_bpm": 19.9}, "`tempo` 19.9: expected 20 to 400 quarter notes a minute"),
        (
            {"beats_per_chord": 257.0},
            "`beats_per_chord` 257.0: expected 0.0625 to 256 quarter notes",
        ),
    ],
)
def test_a_request_out_of_range_is_told_with_its_name(fields, told):
    with pytest.raises(ShinkoError, match=f"^{told}$"):
        ComposeRequest(key=C, **fields)


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("zz", "^`start` 'zz': expected tonic, any, or a chord; chord 'zz': .* is expected$"),
        (
            "ii",
            "^`start` 'ii': expected tonic, any, or one of the 3 chords known here; the commonest "
            "are I, IV, V$",
        ),
    ],
)
def test_a_start_that_can_not_be_is_told(start, told):
    with pytest.raises(ShinkoError, match=told):
        compose(certain_policy("145"), ComposeRequest(key=C, wishes=Wishes(start=start)))


def test_a_form_s_sections_keep_their_names():
    request = ComposeRequest(key=C, length=2, count=1, form="verse chorus verse", differ=0)
    (found,) = compose(shipped_policy(), request)
    assert found.sections == tuple(Section(name, 2) for name in ("verse", "chorus", "verse"))
    (plain,) = compose(certain_policy("145"), ComposeRequest(key=C, length=2, count=1))
    assert plain.sections == ()


def test_a_chord_lasts_a_bar_unless_told_otherwise():
    three, two = (
        compose(certain_policy("145"), ComposeRequest(key=C, meter=meter, beats_per_chord=beats))
        for meter, beats in (((6, 8), None), ((4, 4), 2.0))
    )
    assert (three[0].meter, three[0].beats[0]) == ((6, 8), 3.0)
    assert two[0].beats[0] == 2.0


def test_a_style_of_a_mixture_that_is_not_so_varied_is_played_at_its_nearest():
    dial = shipped_policy().dial
    mixed, most = "1980s:1, pop909:3", dial.effective_at("1980s", "major")[-1]
    assert most + 1 < dial.effective_at("pop909", "major")[-1]
    request = ComposeRequest(key=C, table=mixed, variety=f"{most + 1:.1f}", count=20, seed=1)
    for exact in (False, True):
        assert len(compose(shipped_policy(), replace(request, exact=exact))) == 20
    with pytest.raises(FieldError, match="`variety` '50': expected"):
        compose(shipped_policy(), replace(request, variety="50"))
    with pytest.raises(FieldError, match=r"`returns` '7\.5': expected"):
        compose(shipped_policy(), replace(request, variety="", returns="7.5"))
