"""The rooms of the house: imports point down only, and composing needs no torch."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "shinko"

# What each room may import; errors, disk and the version lie below all of them.
BASE = {"theory", "score", "nets", "runs"}
TOOLS = {"tables", "intake", "export"}
WORK = {"files", "rl", "lm"}
BELOW = {
    "theory": set(),
    "score": {"theory"},
    "nets": set(),
    "runs": set(),
    "tables": {"theory"},
    "export": {"score", "theory"},
    "intake": {"score", "theory"},
    "files": {"intake", "export", "tables", "score", "theory"},
    "rl": {"nets", "runs", "tables", "theory"},
    "lm": {"nets", "runs"},
    "songwriting": BASE | TOOLS | WORK,
    "experiments": BASE | TOOLS | WORK,
    "cli": BASE | TOOLS | WORK | {"songwriting", "experiments"},
}
# The libraries that a room may use beside the standard one.
LIBRARIES = {
    "theory": set(),
    "tables": {"numpy"},
    "score": set(),
    "export": {
        *("mido", "verovio", "svglib", "reportlab", "fontTools"),
        *("tinysoundfont", "soundfile", "pyloudnorm", "numpy", "scipy"),
    },
    "intake": {"mido"},
    "nets": {"torch", "numpy", "threadpoolctl"},
    "lm": {"torch", "numpy"},
    "runs": {"torch", "numpy", "safetensors", "tomli_w", "tensorboard"},
}
GROUND = {"errors", "disk", "__version__"}
# Classes of one name in two rooms, one of which is getting another.
TWICE = {"Found", "Learned", "Limits", "Moment", "Point", "Score", "Trained"}
TORCH_FREE = [
    *("theory", "tables", "score", "export", "intake", "cli"),
    *("songwriting.compose", "files.render", "rl.policy", "experiments.words.text"),
]


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


def test_every_folder_is_a_room():
    folders = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert folders == set(BELOW)


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


def test_no_class_name_stands_twice():
    names = Counter(
        node.name
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, times in names.items() if times > 1} <= TWICE


@pytest.mark.parametrize("module", TORCH_FREE)
def test_what_composes_does_not_import_torch(module):
    code = f"import sys, shinko.{module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
