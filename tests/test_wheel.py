"""What is installed: all that lies in the package, and the word that its types may be relied on."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> set[str]:
    """The files of a wheel of this version."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_a_type_checker_reads_the_types_of_what_is_installed(installed):
    """By PEP 561 the file says so, and is empty where no types are left out."""
    assert "shinko/py.typed" in installed
    assert not (ROOT / "src" / "shinko" / "py.typed").read_bytes()


def test_the_package_is_installed_whole(installed):
    """Its data, too: a name in .gitignore would leave it out without a word."""
    files = (path for path in (ROOT / "src" / "shinko").rglob("*") if path.is_file())
    own = {path.relative_to(ROOT / "src").as_posix() for path in files if path.suffix != ".pyc"}
    assert {"shinko/rl/policies/pop.safetensors", "shinko/tables/data/pop.csv.gz"} <= own
    assert {name for name in installed if name.startswith("shinko/")} == own
