"""What a file tells as a dataclass: types, lists, what is missing and what is too much."""

from dataclasses import dataclass

import pytest

from shinko.errors import ShinkoError
from shinko.runs.told import read_told


@dataclass(frozen=True)
class Tale:
    names: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...] = ()
    count: int = 3
    share: float = 0.5
    whole: bool = True


def test_values_are_held_as_their_fields_have_them():
    assert read_told(Tale, {"names": ["a", "b"], "rows": [[1, 2.5], []], "whole": False}) == Tale(
        ("a", "b"), ((1.0, 2.5), ()), 3, 0.5, False
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "names: missing; expected a list of texts"),
        ({"names": "ab"}, "names: expected a list of texts"),
        ({"names": ["a", 3]}, "names 3: expected a text"),
        ({"names": [], "rows": [1.0]}, "rows: expected a list of numbers"),
        ({"names": [], "rows": {}}, "rows: expected a list of lists of numbers"),
        ({"names": [], "rows": [[True]]}, "rows True: expected a number"),
        ({"names": [], "count": 2.0}, "count 2.0: expected a whole number"),
        ({"names": [], "count": True}, "count True: expected a whole number"),
        ({"names": [], "count": 10**400}, "count: expected a whole number"),
        ({"names": [], "share": 10**400}, "share: expected a number"),
        ({"names": [], "share": float("nan")}, "share nan: expected a number"),
        ({"names": [], "share": float("inf")}, "share inf: expected a number"),
        ({"names": [], "share": "x" * 99}, f"share '{'x' * 39}: expected a number"),
        ({"names": [], "whole": 1}, "whole 1: expected true or false"),
        ({"names": [], "more": 1, "extra": 2}, "extra: unknown; expected names, rows, count, "),
    ],
)
def test_what_is_of_another_type_is_told_in_a_line(values, told):
    with pytest.raises(ShinkoError) as caught:
        read_told(Tale, values)
    assert str(caught.value).startswith(told)


def test_a_list_of_any_depth_is_no_number():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ShinkoError, match="share: expected a number"):
        read_told(Tale, {"names": [], "share": deep})
