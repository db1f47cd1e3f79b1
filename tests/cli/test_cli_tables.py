"""shinko tables: list, show, build and fetch, as a songwriter meets them."""

import hashlib
import json
import socket

import pytest
from faulty_server import FakeApi, FakeClock, FaultyServer, Reply

from shinko.tables import fetch, hooktheory_crawl, read_table

CSVS = {f"chord.{level}L.csv": level for level in ("1st", "2nd", "3rd", "4th")}


def test_list_names_what_is_built_in_and_how_to_get_the_rest(shinko):
    lines = shinko("tables", "list").succeeded().splitlines()
    names = [line.split()[0] for line in lines]
    assert names == [
        *("name", "pop", "billboard", "pop909", "1960s", "1970s", "1980s"),
        *("jazz", "blues", "songbook", "folk", "hymns"),
        *("hooktheory", "hooktheory-api"),
    ]
    assert "get it with: shinko tables fetch hooktheory" in lines[12]


def test_show_ranks_what_follows(shinko, table):
    lines = shinko("tables", "show", table, "--after", "V").succeeded().splitlines()
    assert lines[0] == "toy: 7 chords, 8 histories, the longest of 1"
    begin = lines.index("after V:") + 1
    assert [line.split()[:2] for line in lines[begin : begin + 3]] == [
        ["vi", "30.0%"],
        ["ii", "30.0%"],
        ["iii", "30.0%"],
    ]
    assert lines[-1] == "  unlisted here: 4 more; rare, but not impossible"


def test_show_with_a_key_reads_and_shows_chord_names(shinko, table):
    out = shinko("tables", "show", table, "--after", "Am", "--key", "A minor").succeeded()
    begin = out.splitlines().index("after Am:") + 1
    assert [line.split()[:3] for line in out.splitlines()[begin : begin + 3]] == [
        ["iv", "Dm", "30.0%"],
        ["v", "Em", "30.0%"],
        ["♭II", "B♭", "30.0%"],
    ]


def test_show_shows_as_many_as_asked_and_sums_up_the_others(shinko):
    out = shinko("tables", "show", "pop", "--after", "IV I", "--count", "2").succeeded()
    shown = out.split("after IV I:\n")[1].splitlines()
    assert len(shown) == 3
    assert shown[2].startswith("  … 63 more, together ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["popp"], "no table 'popp': did you mean pop"),
        ([""], "no table '': known are pop"),
        (["nowhere.csv"], "nowhere.csv: no such file; expected a Hooktheory CSV or one with"),
        (["."], ".: no table in this folder; expected chord.1stL.csv and so on, or songs"),
        (["x" * 300], "File name too long; expected a file or folder"),
        (["hooktheory"], "table 'hooktheory' isn't downloaded yet; run: shinko tables fetch"),
        (["pop", "--after", "IV zz"], "chord 'zz': a chord symbol"),
        (["pop", "--after", "C G"], "chord 'C': a chord name needs a key; give one"),
        (["pop", "--count", "0"], "--count 0: expected at least 1"),
        (["pop", "--key", "X"], "key 'X': a letter A to G is expected"),
    ],
)
def test_show_tells_a_wrong_input_in_one_line(shinko, arguments, told):
    assert told in shinko("tables", "show", *arguments).failed()


def test_an_interrupted_download_counts_as_none(shinko, tmp_path):
    folder = tmp_path / "data" / "hooktheory"
    folder.mkdir(parents=True)
    (folder / "chord.1stL.csv").write_text('"L1","child_path","probability"\n"1","4","0.5"\n')
    assert "get it with: shinko tables fetch" in shinko("tables", "list").succeeded()
    assert "isn't downloaded yet" in shinko("tables", "show", "hooktheory").failed()


@pytest.mark.parametrize("text", ["| C | G | Am F |\n", "I V vi IV\n", "C G Am F\n" * 3])
def test_build_makes_a_table_that_learning_takes(shinko, tmp_path, text):
    (tmp_path / "songs.txt").write_text(text)
    out = shinko("tables", "build", "songs.txt", "-o", "mine.csv").succeeded()
    assert "untitled: 4 chords, key " in out
    assert out.endswith("learn from it: shinko learn --table mine.csv\n")
    assert sorted(read_table(tmp_path / "mine.csv").vocabulary) == ["1", "4", "5", "6"]
    shinko(
        *("learn", "--table", "mine.csv", "--epochs", "2", "--batch", "4", "--hidden", "4"),
        *("--length", "4", "--out", "run"),
    ).succeeded()


def test_build_counts_what_songs_remember_beside_the_table(shinko, tmp_path):
    (tmp_path / "songs.txt").write_text("key: C\nC G Am F C G Am F\nkey: Am\nAm F C G Am F C G\n")
    out = shinko("tables", "build", "songs.txt", "-o", "mine.csv").succeeded()
    assert "mine.memory.json.gz: what they remember; songs: 1 in major, 1 in minor" in out
    composed = json.loads(
        shinko(
            *("compose", "--table", "mine.csv", "-k", "Am", "-n", "20", "-s", "1", "--json"),
        ).succeeded()
    )
    assert composed[0]["policy"] == "chain of mine.csv, minor, real (1 song in minor)"
    chords = [[chord["roman"] for chord in one["chords"]] for one in composed]
    assert sum(one[:4] == one[4:] for one in chords) > 2


def test_build_goes_without_a_memory_where_songs_are_too_short(shinko, tmp_path):
    (tmp_path / "songs.txt").write_text("C G\nF C\n")
    out = shinko("tables", "build", "songs.txt", "-o", "mine.csv").succeeded()
    assert "table 'mine': no section of 4 chords or more to count a memory of; the table" in out
    assert not (tmp_path / "mine.memory.json.gz").exists()


def test_build_leaves_no_memory_of_another_table(shinko, tmp_path):
    (tmp_path / "songs.txt").write_text("C G Am F C G Am F\n")
    shinko("tables", "build", "songs.txt", "-o", "mine.csv").succeeded()
    (tmp_path / "songs.txt").write_text("C G\nF C\n")
    shinko("tables", "build", "songs.txt", "-o", "mine.csv", "--force").succeeded()
    assert not (tmp_path / "mine.memory.json.gz").exists()


def test_build_tells_how_far_learning_may_look_back(shinko, tmp_path):
    (tmp_path / "songs.txt").write_text("C G Am F C G Dm F\n")
    out = shinko("tables", "build", "songs.txt", "-o", "mine.csv", "--order", "5").succeeded()
    assert out.endswith("learn from it: shinko learn --table mine.csv --order 5\n")
    best = shinko("optimum", "--table", "mine.csv", "--order", "5", "--json").succeeded()
    usual = shinko("optimum", "--table", "mine.csv", "--json").succeeded()
    assert json.loads(best)["histories"] > json.loads(usual)["histories"]


def test_build_tells_each_song_with_its_key_and_how_it_is_known(shinko, tmp_path):
    (tmp_path / "a.cho").write_text("{title: Told}\n{key: G}\n[G]la [C]la [D]la\n")
    (tmp_path / "b.txt").write_text("C F G C\n")
    out = shinko("tables", "build", "a.cho", "b.txt", "-o", "mine.csv").succeeded()
    assert out.startswith(
        "Told: 3 chords, key G major (told)\nuntitled: 4 chords, key C major (found)\n"
    )


def test_build_shows_no_control_characters_of_a_title(shinko, tmp_path):
    (tmp_path / "a.cho").write_text("{title: red\x1b[31m}\n[G]la [C]la [D]la\n")
    out = shinko("tables", "build", "a.cho", "-o", "mine.csv").succeeded()
    assert out.startswith(r"red\x1b[31m: 3 chords")


def test_build_writes_over_nothing_unless_forced(shinko, tmp_path):
    (tmp_path / "songs.txt").write_text("C G Am F\n")
    (tmp_path / "mine.csv").write_text("my own")
    told = shinko("tables", "build", "songs.txt", "-o", "mine.csv").failed()
    assert told == "mine.csv: is there already; choose another --out, or give --force"
    assert (tmp_path / "mine.csv").read_text() == "my own"
    shinko("tables", "build", "songs.txt", "-o", "mine.csv", "--force").succeeded()
    assert read_table(tmp_path / "mine.csv").vocabulary


# Name and content of the songs, options, and what the one line says.
WRONG = {
    "missing": ("", "", [], "songs.txt: no such file; expected songs as JSON Lines"),
    "empty": ("songs.txt", "", [], "songs.txt: empty; expected songs"),
    "binary": ("songs.txt", "C\0G", [], "songs.txt: binary, a zero at byte 1"),
    "words": ("songs.txt", "la la la\n", [], "songs.txt: no chord found; expected songs"),
    "odd": ("songs.txt", "Fzz | Hm\n", [], "songs.txt: no chord found; expected songs as JSON"),
    "order": ("songs.txt", "C G\n", ["--order", "256"], "--order 256: expected 0 to 255"),
    "smoothing": ("songs.txt", "C G\n", ["--smoothing", "x"], "--smoothing 'x': expected one of"),
    "suffix": ("songs.txt", "C G\n", ["-o", "mine.txt"], "--out 'mine.txt': expected a name"),
    "name": ("songs.txt", "C G\n", ["-o", "pop"], "--out 'pop': expected a name that ends in .csv"),
    "folder": ("songs.txt", "C G\n", ["-o", "no/mine.csv"], "can't write 'no/mine.csv': No such"),
    "long": ("songs.txt", "C G\n", ["-o", "x" * 300 + ".csv"], "File name too long"),
    "a table": ("songs.csv", "C G\n", [], "songs.csv: not the name of songs; expected songs as"),
    "json": ("songs.json", "[1]", [], "songs.json: not the name of songs; expected songs as"),
}


@pytest.mark.parametrize(("name", "text", "options", "told"), WRONG.values(), ids=WRONG)
def test_build_tells_wrong_songs_in_one_line_and_writes_nothing(
    shinko, tmp_path, name, text, options, told
):
    if name:
        (tmp_path / name).write_text(text)
    out = [] if "-o" in options else ["-o", "mine.csv"]
    assert told in shinko("tables", "build", name or "songs.txt", *out, *options).failed()
    assert [path.name for path in tmp_path.iterdir()] == ([name] if name else [])


@pytest.fixture
def server(monkeypatch):
    """Serves four made-up CSVs in place of the real ones."""
    content = '"","L1","child_path","probability"\n"1","x","4","0.5"\n"2","x","1","0.4"\n'
    longer = '"","L1","child_path","probability"\n"1","x","4,1","0.5"\n"2","x","1,4","0.4"\n'
    bodies = {name: (content if level == "1st" else longer) for name, level in CSVS.items()}
    checksums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in bodies.items()}
    with FaultyServer() as server:
        for name, text in bodies.items():
            server.replies[f"/{name}"] = [Reply(text.encode())]
        original = fetch.fetch_hooktheory

        def from_server(**options):
            return original(
                base_url=server.url, checksums=checksums, clock=FakeClock().clock, **options
            )

        monkeypatch.setattr("shinko.tables.fetch_hooktheory", from_server, raising=False)
        yield server


def test_fetch_puts_the_tables_into_the_data_folder(shinko, server, tmp_path):
    out = shinko("tables", "fetch", "hooktheory").succeeded()
    folder = tmp_path / "data" / "hooktheory"
    assert out == f"in {folder}; use it with: shinko learn --preset poster\n"
    assert sorted(path.name for path in folder.iterdir()) == sorted(CSVS)
    assert "hooktheory: 2 chords" in shinko("tables", "show", "hooktheory").succeeded()


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(b"<html>", headers={"Content-Type": "text/html"}), "a web page (HTML), expected"),
        (Reply(b"something else"), "SHA-256 "),
        (Reply(status=404), "HTTP status 404, expected 200"),
        (Reply(b"half", fault="drop"), "the connection was cut (4 attempts)"),
    ],
)
def test_a_failed_fetch_is_one_line_and_nothing_half_written(shinko, server, tmp_path, reply, told):
    server.replies["/chord.2ndL.csv"] = [reply]
    assert told in shinko("tables", "fetch").failed()
    folder = tmp_path / "data" / "hooktheory"
    assert [path.name for path in folder.iterdir()] == ["chord.1stL.csv"]
    assert "get it with" in shinko("tables", "list").succeeded()


def test_without_a_network_fetch_says_so(shinko, monkeypatch):
    def no_name(*_arguments, **_options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", no_name)
    told = shinko("tables", "fetch", "hooktheory").failed()
    assert "chord.1stL.csv: no network, or no host of this name; try again later, or give" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pop"], "NAME 'pop': expected one of hooktheory"),
        (["--api"], "no Hooktheory login; expected HOOKTHEORY_USERNAME and HOOKTHEORY_PASSWORD"),
    ],
)
def test_a_wrong_fetch_is_told(shinko, arguments, told):
    assert shinko("tables", "fetch", *arguments).failed().startswith(told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--min-probability", "nan"], "--min-probability nan: expected 0 to 1"),
        (["--max-requests", "0"], "--max-requests 0: expected at least 1"),
    ],
)
def test_wrong_limits_of_a_crawl_are_told(shinko, monkeypatch, arguments, told):
    monkeypatch.setenv("HOOKTHEORY_ACTIVKEY", "abc123")
    assert shinko("tables", "fetch", "--api", *arguments).failed() == told


def test_the_api_gives_a_table_and_the_password_stays_out_of_sight(shinko, tmp_path, monkeypatch):
    monkeypatch.setenv("HOOKTHEORY_USERNAME", "someone")
    monkeypatch.setenv("HOOKTHEORY_PASSWORD", "hunter2")
    clock = FakeClock()
    nodes = {"": {"1": 0.6, "4": 0.4}, "1": {"4": 1.0}, "4": {"1": 1.0}}
    crawl = hooktheory_crawl.fetch_api
    with FaultyServer() as server:
        api = FakeApi(server, clock, nodes, username="someone", password="hunter2")

        def from_server(**options):
            return crawl(base_url=api.url, clock=clock.clock, **options)

        monkeypatch.setattr("shinko.tables.fetch_api", from_server, raising=False)
        ended = shinko("tables", "fetch", "--api", "--max-requests", "3")
    out = ended.succeeded()
    folder = tmp_path / "data" / "hooktheory-api"
    assert out.startswith(f"{folder / 'hooktheory-api.csv'}: 3 histories, 3 requests\n")
    assert "2 histories are still to ask for; run the same again to go on" in out
    assert out.endswith("use it with: shinko learn --table hooktheory-api\n")
    assert read_table(folder / "hooktheory-api.csv").vocabulary == ("1", "4")
    seen = ended.out + ended.err + "".join(p.read_text() for p in folder.iterdir())
    assert "hunter2" not in seen
    assert "activkey" not in seen
    assert all(json.loads(line) for line in (folder / "api.jsonl").read_text().splitlines())


def test_build_tells_what_it_leaves_out_of_songs(shinko, tmp_path):
    (tmp_path / "songs.txt").write_text("key: X\nC G Fzz C\n| C | G :| x2\n")
    told = shinko("tables", "build", "songs.txt", "-o", "mine.csv")
    assert "untitled: 3 chords" in told.succeeded()
    assert told.err == (
        "songs.txt: keys that aren't known, passed over: 1 ('X' in line 1); chords that can't be "
        "read, so that the one before sounds on: 1 ('Fzz' in line 2)\n"
    )


def test_build_reads_what_render_printed(shinko, tmp_path):
    (tmp_path / "song.cho").write_text(
        "{t: A}\n{soc}\n[C]a [G]b\n{eoc}\n{sov}\n[F]\n{eov}\n{chorus}\n"
    )
    line = shinko("render", "song.cho", "--print", "line").succeeded()
    (tmp_path / "song.txt").write_text(line)
    for name in ("song.cho", "song.txt"):
        told = shinko("tables", "build", name, "-o", "mine.csv", "--force").succeeded()
        assert "5 chords, key C major (found)" in told
