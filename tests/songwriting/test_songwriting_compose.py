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


def plainly(**asked) -> ComposeRequest:
    """A request of plain triads, whose tokens tell what was drawn."""
    return ComposeRequest(colour="triads", **asked)


def tokens(progression: Progression) -> str:
    return " ".join(chord.token for chord in progression.chords)


def test_a_certain_policy_plays_its_round():
    (found,) = compose(certain_policy("145"), plainly(key=C, length=7, count=1))
    assert tokens(found) == "1 4 5 1 4 5 1"


def test_the_first_chord_is_the_one_asked_for_and_the_policy_goes_on_from_it():
    request = plainly(key=C, length=4, count=1, wishes=Wishes(start="IV"))
    assert tokens(compose(certain_policy("145"), request)[0]) == "4 5 1 4"


def test_any_start_is_the_policys_own():
    request = plainly(key=C, length=2, count=1, wishes=Wishes(start="any"))
    assert tokens(compose(certain_policy("514"), request)[0]) == "5 1"


def test_a_policy_without_the_tonic_starts_as_it_likes():
    request = plainly(key=C, length=2, count=1, wishes=Wishes(start="tonic"))
    assert tokens(compose(certain_policy("45", ("4", "5")), request)[0]) == "4 5"


def test_the_tonic_of_a_minor_key_is_its_own():
    policy = certain_policy("461", ("1", "4", "6"))
    request = plainly(key=A_MINOR, length=3, count=1, wishes=Wishes(start="tonic"))
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
    request = plainly(key=C, length=1, count=1000, wishes=Wishes(start="any"), seed=1)
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


def test_a_start_that_can_not_be_is_told():
    told = "^`start` 'zz': expected tonic, any, or a chord; chord 'zz': .* is expected$"
    with pytest.raises(ShinkoError, match=told):
        compose(certain_policy("145"), ComposeRequest(key=C, wishes=Wishes(start="zz")))


def test_a_start_that_the_policy_has_not_is_played_all_the_same():
    request = plainly(key=C, length=3, count=1, wishes=Wishes(start="ii9"))
    (piece,) = compose(certain_policy("145"), request)
    assert piece.roman_numerals == ("ii9", "V", "I")  # it goes on as after IV


def test_a_form_s_sections_keep_their_names():
    request = ComposeRequest(key=C, length=2, count=1, form="verse chorus verse", differ=0)
    (found,) = compose(shipped_policy(), request)
    assert found.sections == tuple(Section(name, 2) for name in ("verse", "chorus", "verse"))
    (plain,) = compose(certain_policy("145"), ComposeRequest(key=C, length=2, count=1))
    assert plain.sections == ()


def test_chords_last_alike_where_that_is_asked():
    three, two = (
        compose(certain_policy("145"), ComposeRequest(key=C, meter=meter, count=1, **told))[0]
        for meter, told in (((6, 8), {"rhythm": "even"}), ((4, 4), {"beats_per_chord": 2.0}))
    )
    assert (three.meter, set(three.beats)) == ((6, 8), {3.0})
    assert set(two.beats) == {2.0}


def made(text, **fields):
    """What a policy that plays I IV V round and round makes of chords, exactly."""
    request = ComposeRequest(**{"count": 1, "seed": 3, "chords": text, "exact": True, **fields})
    return compose(shipped_policy(), request)


def test_given_chords_are_kept_as_they_are_written():
    (piece,) = made("Am9 F _ G7sus4 _")
    assert (piece.names[0], piece.names[1], piece.names[3]) == ("Am9", "F", "G7sus4")
    assert (len(piece.chords), piece.told_key) == (5, "A minor (found)")
    (longer,) = made("C G", more=2, length=6)
    assert (longer.names[:2], len(longer.chords)) == (("C", "G"), 6)


def test_given_chords_keep_their_time_and_others_last_as_most_of_them():
    (piece,) = made("tempo: 90 meter: 3/4\n| C | F*1 G*2 | Am |", more=2)
    assert (piece.beats, piece.meter, piece.tempo_bpm) == ((3, 1, 2, 3, 3, 3), (3, 4), 90)
    (other,) = made("| C | _ G |", beats_per_chord=2.0, tempo_bpm=70.0, meter=(6, 8))
    assert (other.beats, other.meter, other.tempo_bpm) == ((2, 2, 2), (6, 8), 70)


def test_given_chords_are_the_first_section_of_a_form():
    (piece,) = made("Am F C G", form="ABA", seed=5)
    assert piece.names[:4] == piece.names[8:] == ("Am", "F", "C", "G")
    assert sum(a != b for a, b in zip(piece.names[:4], piece.names[4:8], strict=True)) == 4


@pytest.mark.parametrize("text", ["Fmaj9 C _ _", "_ C _ _ Fmaj9 _ _ _", "Fmaj9 C _ _ Fmaj9 _"])
def test_a_chord_that_is_written_stands_in_all_units_of_its_plan(text):
    (piece,) = made(text, length=8, wishes=Wishes(plan="AAAB"), key=C)
    assert piece.names[0:2] == piece.names[2:4] == piece.names[4:6] == ("Fmaj9", "C")


def test_chords_and_wishes_hold_both():
    (piece,) = made("C _ _ G", wishes=Wishes(fix="1=I 2=F", end="ii V"))
    assert piece.names == ("C", "F", "Dm", "G")


@pytest.mark.parametrize(
    ("text", "fields", "message"),
    [
        ("C _ G", {"wishes": Wishes(fix="1=F")}, "`fix` 1=F collides with `chords` 1=C at chord 1"),
        ("C G", {"wishes": Wishes(fix="1=F")}, "`fix` 1=F collides with `chords` 1=C at chord 1"),
        ("C G", {}, "`chords` 'C G': expected a slot to compose; put _ where a chord is free, or"),
        ("C C _", {"wishes": Wishes(repeats=False)}, "`chords` 1=C and `chords` 2=C repeat I, wh"),
        ("Dm Bb _", {"key": Key.parse("D dorian")}, "`chords` 'B♭': expected a chord of D dorian"),
        ("C _", {"from_bars": (3, 4)}, "`chords`: bars 3 to 4: there are 2"),
        ("C _ _ F", {"length": 3}, "`length` 3: expected 4 or more, as many as are given"),
        (None, {"more": 2}, "`continue` 2: expected `chords`, too"),
        (None, {"vary": 2}, "`vary` 2: expected `chords`, too"),
        ("C G", {"apart": 2}, "`apart` 2: expected `vary`, too"),
        ("C G", {"vary": 2, "count": 3}, "`vary` 2: expected no `count` beside it"),
        ("C G", {"vary": 2, "count": 4, "form": "AB"}, "`form` 'AB': expected no `vary` beside"),
    ],
)
def test_chords_that_cannot_be_kept_are_told(text, fields, message):
    with pytest.raises(ShinkoError) as told:
        made(text, **fields)
    assert str(told.value).startswith(message)


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
