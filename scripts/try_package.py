"""Install the package as a newcomer would, and run with it what the README shows first.

Run: PYTHON scripts/try_package.py DIST [WAY …]
Run: PYTHON scripts/try_package.py DIST --table

DIST holds the wheel and the sdist that scripts/package made; PYTHON needs no package. Each way gets
an environment and a folder of its own, away from the repository: `light` is the wheel alone,
`sdist` the same built from the sdist, `offline` the same from files fetched before, without a
network; all others are extras, several with commas between them. A command that needs an extra
which isn't there has to name it in one line. By default `WAYS` and each extra of the wheel.

What was seen is kept in DIST; --table writes it into docs/installing.md.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README, PAGE = ROOT / "README.md", ROOT / "docs" / "installing.md"
CONSTRAINTS = ROOT / "constraints.txt"
WAYS = ("light", "sdist", "offline", "train,engrave,audio")
ALL = {"train", "engrave", "audio", "tensorboard"}

# What is tried, and the extras it needs, in the order that they are asked for.
SMALL = "--epochs 10 --batch 4"
TRIED = (
    ("tables build songs.txt -o mine.csv", ()),
    (f"learn --table mine.csv --out runs/mine --hidden 8 {SMALL}", ("train",)),
    (f"learn --tensorboard --out runs/logged --hidden 8 {SMALL}", ("train", "tensorboard")),
    (f"dial --tables mine.csv --out runs/style {SMALL}", ("train",)),
    ("demo", ("train",)),
    ('explain "I _ vi _" --picture heat.png', ("train",)),
    ("compose --style strum --diagrams guitar -f svg,pdf", ("engrave",)),
    ("compose -f wav,flac,mp3", ("audio",)),
    ("compose --style bossa -f midi,pdf,wav", ("engrave", "audio")),
)
SYNTHESISER = ["--no-deps", "tinysoundfont"]
SONGS = re.compile(r"^```text songs.txt\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# Variables that would lead to another Shinko, or to data that a newcomer doesn't have.
FOREIGN = re.compile(r"PYTHON|VIRTUAL_ENV|SHINKO_|XDG_DATA|HOOKTHEORY_")
NOWHERE = "http://127.0.0.1:9"


class TrialError(Exception):
    """Something isn't as a newcomer may expect."""


class Newcomer:
    """An environment with nothing in it, and an empty folder to work in."""

    def __init__(self, folder: Path):
        self.place, self.folder = folder / "environment", folder / "elsewhere"
        self.folder.mkdir()
        kept = {name: text for name, text in os.environ.items() if not FOREIGN.match(name)}
        self.variables = {**kept, "SHINKO_DATA": str(folder / "data"), "COLUMNS": "100"}
        self.before: list[str] = []
        venv.create(self.place, with_pip=True)
        self.bytes_at_first = size_of(self.place)

    def leave_network(self) -> None:
        """From here on there is none; where the system can't do that, none that is found."""
        self.variables |= dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), NOWHERE)
        self.before = without_network()

    def program(self, name: str) -> str:
        return str(self.place / ("Scripts" if os.name == "nt" else "bin") / name)

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.before, self.program(name), *arguments],
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
        )

    def does(self, name: str, *arguments: str) -> str:
        """What it prints. Raises: TrialError: it fails."""
        done = self.run(name, *arguments)
        if done.returncode:
            told = f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
            raise TrialError(f"{name} {shlex.join(arguments)}: {told}")
        return done.stdout

    def pip(self, word: str, *arguments: str) -> None:
        self.does("python", "-m", "pip", word, "--disable-pip-version-check", *arguments)


def without_network() -> list[str]:
    """What is put before a command so that it has no network; nothing where that isn't allowed."""
    command = ["unshare", "--net", "--map-root-user"]
    try:
        is_allowed = not subprocess.run([*command, "true"], capture_output=True).returncode
    except OSError:
        is_allowed = False
    return command if is_allowed else []


def size_of(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def try_way(way: str, wheel: Path, sdist: Path, folder: Path) -> dict[str, str | float]:
    """Install it, and see that it works.

    Raises:
      TrialError: it doesn't.
    """
    newcomer = Newcomer(folder)
    there = set() if way in WAYS[:3] else ALL if way == "dev" else set(way.split(","))
    pinned = ("--constraint", str(CONSTRAINTS))
    began = time.perf_counter()
    match way:
        case "light":
            newcomer.pip("install", str(wheel), *pinned)
        case "sdist":
            newcomer.pip("install", str(sdist), *pinned)
        case "offline":
            newcomer.pip("download", str(wheel), *pinned, "--dest", str(folder / "house"))
            newcomer.leave_network()
            began = time.perf_counter()
            newcomer.pip("install", "--no-index", "--find-links", str(folder / "house"), "shinko")
        case _:
            newcomer.pip("install", f"{wheel}[{way}]", *pinned)
    newcomer.pip("check")
    if "audio" in there:
        newcomer.pip("install", *SYNTHESISER, *pinned)
    seconds = time.perf_counter() - began
    see(newcomer, there, wheel.name.split("-")[1])
    return {
        "way": way,
        "python": platform.python_version(),
        "seconds": round(seconds, 1),
        "bytes": size_of(newcomer.place) - newcomer.bytes_at_first,
    }


def see(newcomer: Newcomer, there: set[str], version: str) -> None:
    """That it works as far as it is there, and says in a line what isn't."""
    if newcomer.does("shinko", "--version").strip() != version:
        raise TrialError(f"shinko --version: expected {version}")
    checkup = json.loads(newcomer.does("shinko", "doctor", "--json"))
    states = {one["about"]: one["state"] for one in checkup["findings"]}
    if lacking := sorted(name for name in there if states[name] != "works"):
        raise TrialError(f"shinko doctor: not all there of {', '.join(lacking)}")
    newcomer.does("python", str(ROOT / "scripts" / "write_help.py"), "--check", str(README))
    (songs,) = SONGS.findall(README.read_text(encoding="utf-8"))
    (newcomer.folder / "songs.txt").write_text(songs, encoding="utf-8")
    for line, needed in TRIED:
        lacking = next((extra for extra in needed if extra not in there), None)
        if lacking is None:
            newcomer.does("shinko", *shlex.split(line))
            continue
        done = newcomer.run("shinko", *shlex.split(line))
        told = done.stderr.splitlines()
        named = re.compile(rf"""pip install ['"]shinko\[{lacking}\]['"]""")
        if done.returncode != 1 or len(told) != 1 or not named.search(told[0]):
            raise TrialError(f"shinko {line}: expected a line that names {lacking}\n{done.stderr}")


def extras_of(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as files:
        (name,) = (name for name in files.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(files.read(name)).get_all("Provides-Extra") or []


def table(seen: list[dict[str, str | float]]) -> str:
    """Sizes as a table of Markdown: a row for each way, a column for each Python."""
    others = sorted({str(one["way"]) for one in seen}.difference(WAYS))
    order = [way for way in (*WAYS, *others) if way in {one["way"] for one in seen}]
    pythons = list(dict.fromkeys(str(one["python"]) for one in seen))
    sizes = {(one["way"], one["python"]): f"{one['bytes'] / 1e6:,.0f} MB" for one in seen}
    head = "".join(f" Python {python} |" for python in pythons)
    rows = [
        f"| {way.replace(',', ', ')} |"
        + "".join(f" {sizes.get((way, python), '')} |" for python in pythons)
        for way in order
    ]
    return "\n".join([f"| Extra |{head}", "|---|" + "---:|" * len(pythons), *rows, ""])


def keep(path: Path, one: dict[str, str | float]) -> None:
    """Add what was seen, in place of what was seen of the same way before."""
    old = json.loads(path.read_text()) if path.exists() else []
    seen = [other for other in old if other["way"] != one["way"]] + [one]
    path.write_text(json.dumps(seen, indent=1) + "\n")


def main(arguments: list[str]) -> int:
    dist, ways = Path(arguments[0]).resolve(), arguments[1:]
    if ways == ["--table"]:
        kept = sorted(dist.glob("tried-*.json"))
        rows = table([one for path in kept for one in json.loads(path.read_text())])
        filled = f"<!-- tried -->\n{rows}<!-- end -->"
        page = PAGE.read_text(encoding="utf-8")
        page = re.sub(r"<!-- tried -->.*?<!-- end -->", lambda _: filled, page, flags=re.DOTALL)
        PAGE.write_text(page, encoding="utf-8")
        return 0
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    kept = dist / f"tried-{sys.version_info[0]}-{sys.version_info[1]:02}.json"
    failed = []
    for way in ways or [*WAYS, *extras_of(wheel)]:
        with tempfile.TemporaryDirectory(prefix="shinko-") as folder:
            try:
                one = try_way(way, wheel, sdist, Path(folder))
            except TrialError as error:
                failed.append(way)
                print(f"{way}: {error}", file=sys.stderr, flush=True)
                continue
        keep(kept, one)
        print(f"{way}: {one['seconds']} s, {one['bytes'] / 1e6:,.1f} MB", flush=True)
    if failed:
        print("failed:", " ".join(failed), file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
