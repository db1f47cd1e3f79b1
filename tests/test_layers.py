"""The rooms of the house: imports point down only, and composing needs no torch and no httpx."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from shinko.cli.explain import Picture
from shinko.cli.schema import requests
from shinko.cli.song import SongOut
from shinko.cli.targets import FilesOut
from shinko.cli.training import LoggedRunOut
from shinko.request import fields_of
from shinko.request.reading import PRESET, SCHEMA

SOURCE = Path(__file__).parents[1] / "src" / "shinko"

# What each room may import; GROUND lies below all of them.
BASE = {"theory", "score", "nets", "runs", "fetching"}
TOOLS = {"planning", "tables", "intake", "export"}
WORK = {"files", "rl", "lm"}
BELOW = {
    "theory": set(),
    "score": {"theory"},
    "nets": set(),
    "runs": set(),
    "fetching": set(),
    "planning": set(),
    "tables": {"fetching", "theory", "planning"},
    "export": {"score", "theory"},
    "intake": {"score", "theory"},
    "files": {"intake", "export", "tables", "score", "theory"},
    "rl": {"nets", "runs", "planning", "tables"},
    "lm": {"fetching", "nets", "runs"},
    "songwriting": BASE | TOOLS | WORK,
    "experiments": BASE | TOOLS | WORK,
    "cli": BASE | TOOLS | WORK | {"songwriting", "experiments"},
}
# The libraries that a room may use beside the standard one.
LIBRARIES = {
    "theory": set(),
    "planning": {"numpy"},
    "tables": {"numpy"},
    "score": set(),
    "export": {
        *("mido", "verovio", "svglib", "reportlab", "fontTools"),
        *("tinysoundfont", "soundfile", "pyloudnorm", "numpy", "scipy"),
    },
    "intake": {"mido"},
    "nets": {"torch", "numpy", "threadpoolctl"},
    "lm": {"torch", "numpy"},
    "runs": {"torch", "numpy", "safetensors", "tomli_w", "tensorboard", "filelock"},
    "fetching": {"httpx"},
}
GROUND = {"errors", "disk", "paths", "printable", "old_names", "request", "__version__"}
TORCH_FREE = [
    *("theory", "fetching", "tables", "score", "export", "intake", "cli"),
    *("nets.light", "songwriting.compose", "files.render", "rl.policy", "experiments.words.text"),
]

COMPOSING = """
from shinko.rl.policy import shipped_policy
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.theory import Key
assert compose(shipped_policy(), ComposeRequest(Key.parse("C"), length=4))
"""


def imports_of(file: Path) -> set[str]:
    """Rooms (or ground modules) of shinko, and packages, that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("shinko.")} | {
        name.split(".")[0] for name in names if not name.startswith("shinko")
    }


def texts_of(file: Path) -> list[str]:
    """The texts in a file but its docstrings; values in a text are … in it."""
    tree = ast.parse(file.read_text("utf-8"))
    whole = [node.values for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {part for parts in whole for part in parts}
    parts |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    alone = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) if node not in parts]
    texts = [node.value for node in alone if isinstance(node.value, str)]
    return texts + [
        "".join(p.value if isinstance(p, ast.Constant) else "…" for p in parts) for parts in whole
    ]


def test_every_folder_is_a_room():
    folders = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert folders - GROUND == set(BELOW)


@pytest.mark.parametrize("room", BELOW)
def test_a_room_imports_only_what_lies_below(room):
    files = list((SOURCE / room).rglob("*.py"))
    assert files
    for file in files:
        own = imports_of(file) & (set(BELOW) | GROUND)
        above = own - BELOW[room] - GROUND - {room}
        assert not above, f"{file} imports {above}"


@pytest.mark.parametrize("room", LIBRARIES)
def test_a_room_takes_no_other_library_than_its_own(room):
    for file in (SOURCE / room).rglob("*.py"):
        foreign = imports_of(file) - set(BELOW) - GROUND - sys.stdlib_module_names
        assert foreign <= LIBRARIES[room], f"{file} imports {foreign}"


def test_only_one_room_imports_httpx():
    files = [file for file in SOURCE.rglob("*.py") if imports_of(file) & {"httpx", "httpcore"}]
    assert files == [SOURCE / "fetching" / "wire.py"]


def test_no_class_name_stands_twice():
    names = Counter(
        node.name
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, times in names.items() if times > 1} == set()


def test_messages_name_fields_and_not_the_options_of_one_face():
    # A whole command line, as one types it, may have them.
    told = [
        f"{file}: {text}"
        for file in SOURCE.rglob("*.py")
        if "cli" not in file.parts
        for text in texts_of(file)
        if re.search(r"(?<![\w-])--[a-z]", re.sub(r"(shinko|pip) [^;,]*", "", text))
    ]
    assert told == []


def test_the_terminal_shows_only_what_may_be_printed():
    # A print of its own is for texts that stand in the code, as this one and colours do.
    own = {
        str(file.relative_to(SOURCE / "cli"))
        for file in (SOURCE / "cli").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
        if not all(isinstance(argument, ast.Constant) for argument in node.args)
    }
    # Streams' are the ones that all others go through; a version is ours; a map has colours, a
    # trial writes to its parent.
    assert own == {"streams.py", "app.py", "explain.py", "checkup/trials.py"}


def test_a_field_that_a_message_names_is_one_of_a_request():
    kinds = {kind for _, kind in requests()} | {FilesOut, LoggedRunOut, Picture, SongOut}
    known = {PRESET, SCHEMA, *(one.name for kind in kinds for one in fields_of(kind))}
    named = {
        name
        for file in SOURCE.rglob("*.py")
        for text in texts_of(file)
        for name in re.findall(r"`([a-z]\w*)`", text)
    }
    assert named - known == set()
    assert len(named) > 20


@pytest.mark.parametrize("module", TORCH_FREE)
def test_what_composes_does_not_import_torch_or_httpx(module):
    assert not imported_by(f"import shinko.{module}") & {"torch", "httpx"}


@pytest.mark.parametrize("module", ["tables.fetch", "tables.hooktheory_crawl", "fetching.download"])
def test_what_downloads_imports_httpx_only_when_it_begins(module):
    assert "httpx" not in imported_by(f"import shinko.{module}")


def test_composing_imports_neither_torch_nor_httpx():
    assert not imported_by(COMPOSING) & {"torch", "httpx"}


def imported_by(code: str) -> set[str]:
    """The packages that are imported once some code has run."""
    tell = "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code + tell], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
