"""What is installed: all that lies in the package, under its licences, and nothing of others."""

import re
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest
from readme_renderer import markdown

ROOT = Path(__file__).resolve().parents[1]
DATA = "shinko/tables/data"

# Code, accompaniments, tables and what is told of them, the policy, the word that types are meant.
KINDS = {".py", ".toml", ".gz", ".md", ".txt", ".safetensors", ".typed"}


def run(*words: str | Path, folder: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(kind: str, folder: Path, *, source: Path = ROOT) -> Path:
    """A wheel or an sdist of what lies in the source."""
    run("-m", "hatchling", "build", "--target", kind, "--directory", folder, folder=source)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return built("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory) -> Path:
    return built("sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def installed(wheel) -> dict[str, bytes]:
    """What is in the wheel, by name."""
    with zipfile.ZipFile(wheel) as files:
        return {name: files.read(name) for name in files.namelist()}


@pytest.fixture(scope="module")
def metadata(installed) -> Message:
    (name,) = (name for name in installed if name.endswith(".dist-info/METADATA"))
    return BytesParser().parsebytes(installed[name])


def test_a_type_checker_reads_the_types_of_what_is_installed(installed):
    """By PEP 561 the file says so, and is empty where no types are left out."""
    assert installed["shinko/py.typed"] == b""


def test_the_package_is_installed_whole(installed):
    """Its data, too: a name in .gitignore would leave it out without a word."""
    files = (path for path in (ROOT / "src" / "shinko").rglob("*") if path.is_file())
    own = {path.relative_to(ROOT / "src").as_posix() for path in files if path.suffix != ".pyc"}
    assert {"shinko/rl/policies/styles.safetensors", f"{DATA}/pop.csv.gz"} <= own
    assert {name for name in installed if name.startswith("shinko/")} == own


def test_nothing_but_the_package_is_installed(wheel):
    """No tests, no benchmarks; what else could be wrong is told by who knows wheels."""
    assert "OK" in run("-m", "check_wheel_contents", wheel)


def test_no_font_soundfont_or_library_of_others_is_installed(installed):
    """Verovio and svglib are LGPL, TimGM6mb is GPL: they are the user's own copies."""
    package = {name for name in installed if name.startswith("shinko/")}
    assert {Path(name).suffix for name in package} == KINDS


def test_the_licences_are_installed_where_they_are_looked_for(installed, metadata):
    assert metadata["License-Expression"] == "MIT"
    named = metadata.get_all("License-File")
    (info,) = {name.split("/")[0] for name in installed if ".dist-info/" in name}
    texts = [installed[f"{info}/licenses/{name}"] for name in named]
    assert texts == [(ROOT / "LICENSE").read_bytes(), installed[f"{DATA}/LICENSE-POP909.txt"]]


def test_the_index_shows_a_page_that_leads_nowhere_wrong(metadata):
    """Only the repository has the README's picture and the pages it links to beside it."""
    page = markdown.render(metadata.get_payload(decode=True).decode())
    assert "<pre" in page
    assert [link for link in re.findall(r'href="([^"]*)"', page) if not link.startswith("#")] == []
    assert "<img" not in page


def test_the_metadata_is_what_an_index_takes(wheel, sdist):
    assert run("-m", "twine", "check", "--strict", wheel, sdist).count("PASSED") == 2


def test_the_pythons_that_the_metadata_names_were_tried(metadata):
    prefix = "Programming Language :: Python :: 3."
    named = {one for one in metadata.get_all("Classifier") if one.startswith(prefix)}
    page = (ROOT / "docs" / "installing.md").read_text("utf-8")
    tried = re.findall(r" Python 3\.(\d+)\.\d+ \|", page)
    assert named == {prefix + minor for minor in tried}
    assert metadata["Requires-Python"] == f">=3.{min(map(int, tried))}"


def test_the_sdist_makes_the_same_wheel(wheel, sdist, tmp_path):
    with tarfile.open(sdist) as files:
        files.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    again = built("wheel", tmp_path / "wheel", source=source)
    assert again.read_bytes() == wheel.read_bytes()


def test_what_is_installed_composes_by_itself(wheel, tmp_path):
    """In place of src, with no file of the repository at hand."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r}); "
        "import shinko.cli; print(shinko.cli.__file__); shinko.cli.main()"
    )
    words = ("compose", "--seed", "7", "--count", "1", "--rhythm", "even", "--print", "line")
    place, line = run("-I", "-c", program, *words, folder=tmp_path).splitlines()
    assert Path(place).is_relative_to(tmp_path)
    assert line == "C | G/B | Am | G | F | G | C | Fm"
