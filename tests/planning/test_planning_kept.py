"""What is kept while it is the same, and what goes when room is short."""

import numpy as np

from shinko.planning.constraints import Apart, Constraints, Count
from shinko.planning.ground import Ground
from shinko.planning.kept import Kept
from shinko.planning.process import Process


def test_a_value_is_made_once_and_the_least_recently_used_goes():
    kept, made = Kept(10), []

    def ask(key, size=4):
        return kept.get(key, lambda: made.append(key) or key, lambda value: size)

    assert [ask("a"), ask("b"), ask("a")] == ["a", "b", "a"]
    ask("c")  # 12 bytes: b, which was asked for least recently, goes
    assert made == ["a", "b", "c"]
    ask("a")
    ask("c")
    assert made == ["a", "b", "c"]
    ask("b")
    assert made == ["a", "b", "c", "b"]
    assert kept.bytes == 8


def test_what_is_too_large_for_all_the_room_is_not_kept():
    kept = Kept(10)
    assert kept.get("a", lambda: 1, lambda value: 11) == 1
    assert kept.get("a", lambda: 2, lambda value: 1) == 2
    assert kept.bytes == 1


def test_constraints_are_told_apart_by_all_that_they_say():
    def asked(**more):
        return Constraints(np.ones((3, 2), bool), **more)

    locked = np.ones((3, 2), bool)
    locked[0, 1] = False
    every = [
        *(asked(), Constraints(locked), Constraints(np.ones((2, 3), bool))),
        *(asked(required=(1,)), asked(most=1), asked(repeats=False), asked(loops=True)),
        *(asked(back_to=0), asked(rounds=True), asked(counts=(Count(frozenset({0}), 1),))),
        *(asked(apart=(Apart(np.array([0, 1, 0]), n),)) for n in (1, 2)),
    ]
    assert len({one.key for one in every}) == len(every)
    assert asked(most=2).key == asked(most=2).key


PROCESS = Process(
    ("a", "b"), 0, np.array([[[1, 2]] * 3]), np.zeros((1, 3, 2)), np.array([-1, 0, 1])
)
GROUND = Ground("toy", PROCESS, 1.0, np.ones((3, 2), bool))


def test_a_ground_plans_the_same_question_once():
    process, ground = PROCESS, GROUND
    free = Constraints.none(4, 2)
    assert ground.steering(free) is ground.steering(Constraints.none(4, 2))
    assert ground.steering(free) is not ground.steering(Constraints.none(5, 2))
    assert ground.plan(4) is ground.plan(4)
    colder = Ground("toy", process, 0.5, ground.closing)
    assert colder.plan(4) is not ground.plan(4)


def test_a_ground_tells_whether_anything_keeps_to_constraints():
    assert GROUND.allows(Constraints(np.ones((3, 2), bool), repeats=False))
    locked = np.array([[True, False], [True, False], [True, True]])
    assert GROUND.allows(Constraints(locked))
    assert not GROUND.allows(Constraints(locked, repeats=False))


def test_a_ground_is_as_large_as_its_arrays():
    # Rewards, next states and what is made of them: 6 numbers of 8 bytes each; 6 of one byte.
    assert GROUND.nbytes == 3 * 48 + 6
