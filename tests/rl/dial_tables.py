"""Tables of four chords, which borrow how songs come back, and worlds of them."""

from functools import cache

from shinko.rl.dial_worlds import dial_worlds
from shinko.rl.settings import DialSettings

PULLS = (-3.0, 0.0, 2.0)
SMALL = {"lengths": "3, 4", "batch": 8, "group": 2, "hidden": 6, "embedding": 4}


def write_table(path, following):
    """Each chord goes to the next at 0.7, to each other one at 0.1."""
    lines = ["history,chord,probability", *(f",{chord},0.25" for chord in following)]
    for chord, after in following.items():
        lines += [f"{chord},{to},{0.7 if to == after else 0.1}" for to in following]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def two_tables(folder):
    return (
        write_table(folder / "up.csv", {"1": "4", "4": "5", "5": "6", "6": "1"}),
        write_table(folder / "down.csv", {"1": "6", "4": "1", "5": "4", "6": "5"}),
    )


@cache
def worlds_of(*tables):
    return dial_worlds(tables, PULLS)


def settings_for(tables, **more):
    return DialSettings(tables=", ".join(tables), **(SMALL | more))
