"""The command run in-process in an empty folder, and a small run to compose with."""

import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

# typer takes names from click that newer versions of click deprecate.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from shinko.cli.app import run

from shinko.experiments.learn import begin_run, learn
from shinko.rl.settings import LearnSettings

# A table of the tests' own, so that nothing hangs on the built-in ones: each chord may go to the
# next three of 1 4 5 6 2 3 b7, round and round.
CHORDS = ("1", "4", "5", "6", "2", "3", "b7")
TABLE = "history,chord,probability\n" + "".join(
    [f",{chord},0.142\n" for chord in CHORDS]
    + [
        f"{chord},{CHORDS[(place + step) % len(CHORDS)]},0.3\n"
        for place, chord in enumerate(CHORDS)
        for step in (1, 2, 3)
    ]
)
TINY = {"epochs": 6, "batch": 8, "length": 8, "hidden": 4, "embedding": 4, "checkpoint_every": 2}


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    def failed(self, code: int = 1) -> str:
        """The one line that a failed command tells, without the name before it."""
        assert self.code == code, self
        assert self.err.count("\n") == 1, self
        assert self.err.startswith("shinko: ")
        # Options by the names that one types, not as requests have them.
        assert "`" not in self.err, self
        return self.err.removeprefix("shinko: ").removesuffix("\n")

    def succeeded(self) -> str:
        """Standard output of a command that went well."""
        assert self.code == 0, self
        if not self.out.startswith(("[", "{")):  # JSON writes them so
            assert "\\n" not in self.out, "lines that were printed as one"
        return self.out


@pytest.fixture
def shinko(tmp_path, monkeypatch, capsys) -> Callable[..., Ended]:
    """Runs the command in `tmp_path`, without a user's data folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHINKO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("no_proxy", "*")
    for name in ("USERNAME", "PASSWORD", "ACTIVKEY"):
        monkeypatch.delenv(f"HOOKTHEORY_{name}", raising=False)
    capsys.readouterr()

    def call(*arguments: str) -> Ended:
        code = run(arguments)
        return Ended(code, *capsys.readouterr())

    return call


@pytest.fixture
def table(tmp_path) -> str:
    """The path of the small table, from the folder that commands run in."""
    (tmp_path / "toy.csv").write_text(TABLE)
    return "toy.csv"


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    (folder / "toy.csv").write_text(TABLE)
    settings = LearnSettings(table=str(folder / "toy.csv"), **TINY)
    return learn(begin_run(folder / "run", settings)).folder.path


@pytest.fixture
def trained(tmp_path, trained_once) -> Path:
    """A copy of a run of 6 epochs, with checkpoints at 2, 4 and 6, for a test to damage."""
    return Path(shutil.copytree(trained_once, tmp_path / "run"))
