"""shinko doctor: what is there, what is missing, what is broken, each in a told line.

Packages are replaced by modules of the tests' own that fail in some way; a trial is made in a
process of its own, which finds them where this one would.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from shinko.cli.checkup import apart, checks, packages, places, trials
from shinko.cli.checkup.finding import Finding, looked, reason, without_home

REQUIREMENTS = [
    "mido<2,>=1",
    'torch==2.13.0; extra == "train"',
    'verovio<7,>=6; extra == "engrave"',
    'pretty-midi>=0.2; extra == "audio"',
    'soundfile<1,>=0.13; extra == "audio"',
    'ruff<1; extra == "dev"',
    'torch==2.13.0; extra == "dev"',
    'shinko[train]; extra == "dev"',
    'colours; sys_platform == "none" and extra == "train"',
]
VERSIONS = {
    "mido": "1.3.3",
    "torch": "2.13.0+cpu",
    "verovio": "6.4.1",
    "pretty-midi": "0.2.11.post0",
    "soundfile": "0.14.0",
    "tinysoundfont": "0.3.7",
    "ruff": "0.17.6",
}


@pytest.fixture
def installed(monkeypatch) -> dict[str, str | None]:
    """The packages that are there, to be changed; nothing of them is tried."""
    there = dict(VERSIONS)

    def version(name: str) -> str | None:
        if name not in there:
            raise PackageNotFoundError(name)
        return there[name]

    class Metadata:
        def get_all(self, name):
            return ["train", "engrave", "audio", "dev"]

    monkeypatch.setattr(packages, "requires", lambda name: REQUIREMENTS)
    monkeypatch.setattr(packages, "metadata", lambda name: Metadata())
    monkeypatch.setattr(packages, "version", version)
    monkeypatch.setattr(checks, "TRIED", {})
    return there


@pytest.fixture
def only(monkeypatch) -> Callable[..., None]:
    """Lets nothing be tried but what is named."""

    def choose(**tried: tuple[str, ...]) -> None:
        monkeypatch.setattr(checks, "TRIED", tried)

    return choose


@pytest.fixture
def fake(tmp_path, monkeypatch) -> Callable[[str, str], None]:
    """Puts a module before the real one, for processes that begin from now on."""
    folder = tmp_path / "modules"
    folder.mkdir()

    def put(name: str, code: str) -> None:
        (folder / f"{name}.py").write_text(code)
        monkeypatch.setattr(sys, "path", [str(folder), *sys.path])

    return put


def lines_of(out: str) -> dict[str, list[str]]:
    """By what they are about: the sign and text of a finding, then its other lines."""
    found: dict[str, list[str]] = {}
    for line in out.splitlines():
        if match := re.match(r"([✓–✗]) (.{11}) (.*)", line):
            about = match[2].strip()
            found[about] = [f"{match[1]} {match[3]}"]
        elif line.startswith(" ") and found:
            found[about].append(line.strip())
    return found


# ---- All that is installed ---------------------------------------------------------------------


def test_everything_here_works_and_nothing_is_left_behind(tmp_path):
    folders = {name: tmp_path / name for name in ("home", "here", "temporary")}
    for folder in folders.values():
        folder.mkdir()
    places_of_caches = {
        name: str(folders["home"] / name)
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    }
    kept = {name: value for name, value in os.environ.items() if name != "SHINKO_DATA"}
    ended = subprocess.run(
        [Path(sys.executable).with_name("shinko"), "doctor"],
        cwd=folders["here"],
        env={
            **kept,
            **places_of_caches,
            "HOME": str(folders["home"]),
            "TMPDIR": str(folders["temporary"]),
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": "80",
        },
        capture_output=True,
        encoding="utf-8",
    )
    assert ended.stderr == ""
    assert ended.returncode == 0, ended.stdout
    assert [list(folder.rglob("*")) for folder in folders.values()] == [[], [], []]
    found = lines_of(ended.stdout)
    tried = [name for names in checks.TRIED.values() for name in names]
    assert [about for about in found if about in trials.TRIALS] == tried
    seen = {*tried, *checks.TRIED, "data folder", "SoundFont", "free space", "terminal"}
    assert {about: found[about][0][0] for about in seen} == dict.fromkeys(seen, "✓")
    assert found["training"][0].startswith("✓ 2 updates on ")
    assert found["data folder"][0].startswith("✓ ~/XDG_DATA_HOME/shinko")
    assert str(folders["home"]) not in ended.stdout
    assert max(map(len, ended.stdout.splitlines())) <= 80
    assert ended.stdout.endswith("\n\neverything that is installed works\n")


def test_json_says_the_same(shinko, installed, only):
    del installed["torch"]
    only(base=("composing",))
    told = json.loads(shinko("doctor", "--json").succeeded())
    assert told["works"] is True
    assert told["python"].startswith("CPython 3.")
    findings = {one.pop("about"): one for one in told["findings"]}
    assert findings["train"] == {
        "state": "lacks",
        "text": "not there: torch",
        "way_out": ['pip install "shinko[train]"'],
    }
    assert findings["composing"]["state"] == "works"
    assert re.fullmatch(r"(\S+ ){7}\S+, twice from seed 7", findings["composing"]["text"])


# ---- Packages ----------------------------------------------------------------------------------


def test_parts_are_those_of_the_metadata(installed):
    found = {part.name: part.versions for part in packages.installed_parts()}
    assert found == {
        "base": {"mido": "1.3.3"},
        "audio": {
            "pretty-midi": "0.2.11.post0",
            "soundfile": "0.14.0",
            "tinysoundfont": "0.3.7",
        },
        "dev": {"ruff": "0.17.6"},
        "engrave": {"verovio": "6.4.1"},
        "train": {"torch": "2.13.0+cpu"},
    }


def test_a_missing_extra_is_told_with_its_line_and_no_fault(shinko, installed):
    del installed["verovio"]
    found = lines_of(shinko("doctor").succeeded())
    assert found["engrave"] == ["– not there: verovio", 'pip install "shinko[engrave]"']
    assert found["train"] == ["✓ torch 2.13.0+cpu"]


BESIDE = "pip install --no-deps tinysoundfont"
AUDIO = {
    "all": (("pretty-midi", "soundfile", "tinysoundfont"), ['pip install "shinko[audio]"', BESIDE]),
    "synthesiser": (("tinysoundfont",), [BESIDE]),
}


@pytest.mark.parametrize(("missing", "way_out"), AUDIO.values(), ids=AUDIO)
def test_the_synthesiser_has_a_line_of_its_own(shinko, installed, missing, way_out):
    for name in missing:
        del installed[name]
    found = lines_of(shinko("doctor").succeeded())
    assert found["audio"] == [f"– not there: {', '.join(missing)}", *way_out]
    assert "SoundFont" not in found


def test_another_version_than_is_asked_for_is_told(shinko, installed):
    installed["torch"] = "2.9.1"
    found = lines_of(shinko("doctor").succeeded())
    assert found["train"] == [
        "– not as tested: torch 2.9.1, asked for is ==2.13.0",
        'pip install "shinko[train]"',
    ]


def test_damaged_metadata_of_a_package_is_told(shinko, installed):
    installed["torch"] = None
    assert lines_of(shinko("doctor").succeeded())["train"][0].startswith("– not as tested: torch ?")


def test_what_nothing_works_without_is_a_fault(shinko, installed):
    del installed["mido"]
    ended = shinko("doctor")
    assert ended.code == 1
    assert lines_of(ended.out)["base"] == ["✗ not there: mido", "pip install shinko"]
    assert ended.out.endswith("\n1 of these is broken\n")


def test_shinko_that_is_not_installed_is_tried_all_the_same(shinko, monkeypatch, only):
    def nowhere(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(packages, "requires", nowhere)
    only(base=("composing",), train=("training",))
    found = lines_of(shinko("doctor").succeeded())
    assert found["shinko"][0].startswith("– runs from its source")
    assert found["composing"][0].startswith("✓ ")
    assert "training" not in found


def test_no_reader_of_requirements_is_a_told_fault(shinko, monkeypatch, only):
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    only()
    ended = shinko("doctor")
    assert ended.code == 1
    found = lines_of(ended.out)["packages"]
    assert found[0].startswith("✗ ModuleNotFoundError: ")
    assert found[-1] == "pip install shinko"


# ---- What is installed and broken --------------------------------------------------------------

BROKEN = {
    "import error": ("raise ImportError('libnothing.so: cannot open')", "ImportError: libnothing"),
    "any error": ("raise RuntimeError('two\\nlines')", "RuntimeError: two"),
    "exit": ("raise SystemExit('no licence')", "SystemExit: no licence"),
    "its own": ("class Odd(BaseException): pass\nraise Odd", "Odd"),
    "dies": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGILL)",
        "the process died of SIGILL",
    ),
    "quits": ("import os\nos._exit(0)", "the process ended with code 0x0"),
    "no syntax": ("def", "SyntaxError: "),
    "empty": ("", "ImportError: cannot import name 'MidiFile'"),
    "talks": ("print('{}')\nraise RuntimeError('talked')", "RuntimeError: talked"),
}


@pytest.mark.skipif(os.name == "nt", reason="a signal ends a process")
@pytest.mark.parametrize(("code", "told"), BROKEN.values(), ids=BROKEN)
def test_a_package_that_fails_in_any_way_is_a_told_line(shinko, installed, only, fake, code, told):
    fake("mido", code)
    only(base=("MIDI",))
    ended = shinko("doctor")
    assert (ended.code, ended.err) == (1, "")
    found = lines_of(ended.out)["MIDI"]
    assert found[0].startswith(f"✗ {told}")
    assert found[-2:] == ["pip uninstall -y mido", "pip install shinko"]
    assert "Traceback" not in ended.out


PARTS = {
    "engrave": ("page", "verovio", ["pip uninstall -y verovio", 'pip install "shinko[engrave]"']),
    "train": ("training", "torch", ["pip uninstall -y torch", 'pip install "shinko[train]"']),
    "audio": (
        "sound",
        "pyloudnorm",
        [
            "pip uninstall -y pretty-midi soundfile tinysoundfont",
            'pip install "shinko[audio]"',
            BESIDE,
        ],
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_broken_extra_is_told_with_the_lines_that_renew_it(shinko, installed, only, fake, part):
    trial, module, renewal = PARTS[part]
    fake(module, "raise ValueError('broken on purpose')")
    only(**{part: (trial,)})
    ended = shinko("doctor")
    assert ended.code == 1
    assert lines_of(ended.out)[trial] == ["✗ ValueError: broken on purpose", *renewal]


def test_how_to_mend_a_part_is_told_once_and_the_base_first(shinko, installed, only, fake):
    fake("numpy", "raise ImportError('broken on purpose')")
    only(base=("composing", "MIDI"), audio=("sound",))
    ended = shinko("doctor")
    found = lines_of(ended.out)
    assert [len(found[about]) for about in ("composing", "MIDI", "sound")] == [3, 1, 1]
    assert ended.out.endswith("\n3 of these are broken\n")


def test_what_gives_no_answer_is_stopped(shinko, installed, only, fake, monkeypatch):
    monkeypatch.setattr(apart, "LONGEST_SECONDS", 1.0)
    fake("mido", "import time\ntime.sleep(60)")
    only(base=("MIDI",))
    assert lines_of(shinko("doctor").out)["MIDI"][0] == "✗ no answer within 1 seconds"


def test_what_was_seen_before_a_process_died_is_kept(shinko, installed, only, fake):
    fake("mido", "import os\nos._exit(3)")
    only(base=("composing", "MIDI", "downloads"))
    found = lines_of(shinko("doctor").out)
    signs = [found[about][0][0] for about in ("composing", "MIDI", "downloads")]
    assert signs == ["✓", "✗", "✗"]


def test_python_that_skips_checks_still_finds_what_is_broken(tmp_path):
    (tmp_path / "mido.py").write_text("raise RuntimeError('broken on purpose')")
    code = (
        "from shinko.cli.checkup import checks\n"
        "checks.TRIED = {'base': ('composing', 'MIDI')}\n"
        "from shinko.cli import main\n"
        "main()"
    )
    search = os.pathsep.join([str(tmp_path), *sys.path])
    ended = subprocess.run(
        [sys.executable, "-c", code, "doctor"],
        env={**os.environ, "PYTHONOPTIMIZE": "2", "PYTHONPATH": search, "PYTHONUTF8": "1"},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    found = lines_of(ended.stdout)
    assert found["composing"][0].startswith("✓ ")
    assert found["MIDI"][0] == "✗ RuntimeError: broken on purpose"


# ---- What the trials look at -------------------------------------------------------------------


@pytest.fixture
def other_each_time(monkeypatch) -> None:
    """Composing that gives what a seed has not given before."""
    first = trials._composed()
    given = iter([first, replace(first, chords=first.chords[::-1])])
    monkeypatch.setattr(trials, "_composed", lambda: next(given))


@pytest.mark.usefixtures("other_each_time")
def test_a_seed_that_gives_other_chords_is_a_fault():
    with pytest.raises(trials.TrialError, match=r"seed 7 gave \('.*, and then \('"):
        trials.TRIALS["composing"]()


def test_too_few_chords_are_a_fault(monkeypatch):
    few = trials._composed()
    few = replace(few, chords=few.chords[:3], beats=few.beats[:3])
    monkeypatch.setattr(trials, "_composed", lambda: few)
    with pytest.raises(trials.TrialError, match="expected 8 chords of table pop"):
        trials.TRIALS["composing"]()


def test_a_chord_that_is_in_no_table_is_a_fault(monkeypatch):
    from shinko.theory import parse_roman

    strange = trials._composed()
    strange = replace(strange, chords=(parse_roman("#IVmaj9"), *strange.chords[1:]))
    monkeypatch.setattr(trials, "_composed", lambda: strange)
    with pytest.raises(trials.TrialError, match="expected 8 chords of table pop"):
        trials.TRIALS["composing"]()


def test_silence_is_a_fault(monkeypatch):
    from shinko.export import audio

    def silence(score, frames, soundfont):
        import numpy as np

        return np.zeros((2, frames), np.float32)

    monkeypatch.setattr(audio, "synthesize", silence)
    with pytest.raises(trials.TrialError, match="1 seconds with a peak of 0; expected one, and"):
        trials.TRIALS["sound"]()


def test_notes_that_are_lost_on_the_way_are_a_fault(monkeypatch):
    from shinko.export import midi

    whole = midi.midi_bytes
    monkeypatch.setattr(midi, "midi_bytes", lambda score: whole(replace(score, tracks=())))
    with pytest.raises(trials.TrialError, match="read back, there are 0 notes"):
        trials.TRIALS["MIDI"]()


def test_downloads_are_those_that_are_there_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("SHINKO_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hooktheory").mkdir()
    (tmp_path / "hooktheory" / "chord.1stL.csv").touch()
    (tmp_path / "hooktheory-api").mkdir()
    (tmp_path / "hooktheory-api" / "hooktheory-api.csv").touch()
    assert trials.TRIALS["downloads"]() == "hooktheory-api; not hooktheory, ptb"


# ---- Places ------------------------------------------------------------------------------------


def test_a_data_folder_that_is_a_file_is_a_fault(tmp_path, monkeypatch):
    (tmp_path / "data").write_text("")
    for place in ("data", "data/below"):
        monkeypatch.setenv("SHINKO_DATA", str(tmp_path / place))
        found = places.data_folder_finding()
        assert (found.state, found.text.endswith("data: a file stands in its place")) == (
            "broken",
            True,
        )
        assert "SHINKO_DATA" in found.way_out[0]


def test_a_data_folder_that_leads_nowhere_is_a_fault(tmp_path, monkeypatch):
    (tmp_path / "data").symlink_to(tmp_path / "nowhere")
    monkeypatch.setenv("SHINKO_DATA", str(tmp_path / "data"))
    assert places.data_folder_finding().state == "broken"


def test_a_data_folder_that_is_locked_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setenv("SHINKO_DATA", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    found = places.data_folder_finding()
    assert (found.state, found.text) == ("broken", f"{tmp_path}: can't be written into")


def test_a_relative_data_folder_is_the_same_for_trials(shinko, installed, only, monkeypatch):
    monkeypatch.setenv("SHINKO_DATA", "mine")
    kept = Path("mine", "hooktheory-api", "hooktheory-api.csv")
    kept.parent.mkdir(parents=True)
    kept.touch()
    only(base=("downloads",))
    found = lines_of(shinko("doctor").succeeded())
    assert found["downloads"] == ["✓ hooktheory-api; not hooktheory, ptb"]


def test_no_home_folder_is_told(shinko, installed, monkeypatch):
    def nowhere(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setenv("SHINKO_DATA", "~/data")
    monkeypatch.setattr(Path, "expanduser", nowhere)
    ended = shinko("doctor")
    assert ended.code == 1
    assert "no home folder; name a folder" in " ".join(lines_of(ended.out)["data folder"])


def test_little_room_is_told_and_no_fault(shinko, installed, monkeypatch):
    class Usage:
        free = 49_000_000

    monkeypatch.setattr(places.shutil, "disk_usage", lambda path: Usage)
    found = lines_of(shinko("doctor").succeeded())["free space"]
    assert found == [
        "– 0.0 GB for data, 0.0 GB in this folder",
        "make room, or go to another folder",
    ]


@pytest.mark.skipif(os.name == "nt", reason="the current folder can't be deleted there")
def test_a_current_folder_that_is_gone_is_told(shinko, installed, only, tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    only(base=("composing",))
    found = lines_of(shinko("doctor").out)
    assert found["free space"][0].startswith("✗ FileNotFoundError: ")
    assert found["composing"][0].startswith("✓ ")


def test_no_place_for_temporary_files_is_told(shinko, installed, monkeypatch):
    def nowhere(**how):
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", nowhere)
    ended = shinko("doctor")
    assert ended.code == 1
    found = lines_of(ended.out)
    assert found["trials"][0] == "✗ FileNotFoundError: No usable temporary directory found"
    assert "terminal" in found


@pytest.fixture
def soundfont(tmp_path, monkeypatch) -> Path:
    """A place for a SoundFont that comes along, before the real one."""
    (tmp_path / "modules" / "pretty_midi").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "modules")
    monkeypatch.delitem(sys.modules, "pretty_midi", raising=False)
    (tmp_path / "modules" / "pretty_midi" / "__init__.py").touch()
    return tmp_path / "modules" / "pretty_midi" / "TimGM6mb.sf2"


def test_the_soundfont_that_would_be_played_is_named(shinko, installed):
    found = lines_of(shinko("doctor").succeeded())["SoundFont"]
    assert found == ["✓ TimGM6mb.sf2 of pretty_midi, 6.0 MB; --soundfont plays another"]


def test_a_soundfont_that_is_none_is_a_fault(shinko, installed, soundfont):
    soundfont.write_bytes(b"not a SoundFont")
    ended = shinko("doctor")
    assert ended.code == 1
    found = lines_of(ended.out)["SoundFont"]
    assert "it is none" in " ".join(found)
    assert found[-2:] == ['pip install "shinko[audio]"', BESIDE]


def test_a_soundfont_that_is_missing_is_a_fault(shinko, installed, soundfont):
    ended = shinko("doctor")
    assert ended.code == 1
    assert "no pretty_midi" in " ".join(lines_of(ended.out)["SoundFont"])


def test_a_soundfont_that_can_not_be_played_is_a_fault(shinko, installed, only, soundfont):
    soundfont.write_bytes(b"RIFF\x20\0\0\0sfbk" + bytes(100))
    only(audio=("sound",))
    ended = shinko("doctor")
    assert ended.code == 1
    found = lines_of(ended.out)
    assert found["SoundFont"][0].startswith("✓")
    assert found["sound"][0].startswith("✗ AudioError: SoundFont ")


# ---- Terminals and streams ---------------------------------------------------------------------


def doctor_apart(tmp_path, **options) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with little to try."""
    code = (
        "from shinko.cli.checkup import checks\n"
        "checks.TRIED = {}\n"
        "from shinko.cli import main\n"
        "main()"
    )
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(
        [sys.executable, "-c", code, "doctor"],
        cwd=tmp_path,
        timeout=60,
        **{"env": {**os.environ, "SHINKO_DATA": str(tmp_path)}, **options},
    )


def test_a_terminal_without_the_signs_gets_plain_ones(tmp_path):
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "SHINKO_DATA": str(tmp_path)}
    ended = doctor_apart(tmp_path, env=env)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"\n+ base        httpx " in ended.stdout
    assert b"\n- terminal    ascii has no b and no +; plain signs" in ended.stdout


@pytest.mark.skipif(os.name == "nt", reason="closes file descriptors")
def test_closed_streams_do_no_harm(tmp_path):
    def close():
        for number in (0, 1, 2):
            os.close(number)

    assert doctor_apart(tmp_path, stdout=None, stderr=None, preexec_fn=close).returncode == 0


def test_a_reader_that_leaves_early_is_no_error_to_tell(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        ended = doctor_apart(tmp_path, stdout=pipe)
    assert (ended.returncode, ended.stderr) == (1, b"")


# ---- What may be shown to others ---------------------------------------------------------------


@pytest.fixture
def home(monkeypatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada"))


SHOWN = {
    "/home/ada": "~",
    "/home/ada/music/x.sf2: none": "~/music/x.sf2: none",
    "can't read '/home/ada/a b'": "can't read '~/a b'",
    "can't read /home/ada.": "can't read ~.",
    "/home/adam/x and /home/ada.old": "/home/adam/x and /home/ada.old",
    "/media/ada/disk": "/media/…/disk",
    "ada": "ada",
}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("text", SHOWN)
def test_a_home_folder_and_a_name_are_not_shown(text):
    assert without_home(text) == SHOWN[text]


def test_the_root_is_no_home_to_hide(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    assert without_home("/usr/lib/x.so") == "/usr/lib/x.so"


def test_without_a_home_there_is_none_to_hide(monkeypatch):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    assert without_home("/usr/lib/x.so") == "/usr/lib/x.so"


@pytest.mark.usefixtures("home")
def test_lines_to_type_are_shown_so_too():
    found = Finding("x", "broken", "in /home/ada/y", ("cd /home/ada/y",)).public()
    assert (found.text, found.way_out) == ("in ~/y", ("cd ~/y",))


def test_an_error_is_told_by_its_first_line():
    class MuteError(Exception):
        def __str__(self):
            raise ValueError

    assert reason(RuntimeError("one\ntwo")) == "RuntimeError: one"
    assert reason(RuntimeError()) == "RuntimeError"
    assert reason(MuteError()) == "MuteError"
    assert len(reason(RuntimeError("x" * 5000))) == 300


@pytest.mark.usefixtures("home")
def test_no_half_of_a_home_folder_is_left_where_a_line_is_cut():
    assert reason(OSError("x" * 283 + "/home/ada/y")) == f"OSError: {'x' * 283}~/y"


def test_a_check_that_raises_is_what_it_found():
    def look():
        raise OSError("not today")

    found = looked("disk", look, ("wait",))
    assert found == Finding("disk", "broken", "OSError: not today", ("wait",))
