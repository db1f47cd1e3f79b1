"""A word model that trains in a moment, and a text for it."""

import numpy as np

from shinko.experiments.words.runs import open_run
from shinko.lm.settings import WordSettings

SMALL = WordSettings(
    hidden=6, layers=1, epochs=3, batch=4, window=8, device="cpu", precision="float32"
)


def write_text(path, lines=120, seed=0):
    chance = np.random.default_rng(seed)
    nouns, verbs = ["cat", "dog", "house", "tree"], ["sees", "likes"]
    path.write_text(
        "".join(
            f"The {chance.choice(nouns)} {chance.choice(verbs)} a {chance.choice(nouns)}.\n"
            for _ in range(lines)
        )
    )
    return path


DAMAGE = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("no weights"),
}


def unfinished(run):
    """The same run, asked for more epochs."""
    path = run.folder.settings_path
    path.write_text(path.read_text().replace("epochs = 3", "epochs = 6"))
    return open_run(run.folder.path)
