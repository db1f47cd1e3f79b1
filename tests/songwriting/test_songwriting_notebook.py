"""Notebooks: a progression shows itself there, with what is installed."""

import io
import re
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import soundfile

from shinko.files.formats import RenderError
from shinko.score.arrange import Performance
from shinko.score.progression import Progression
from shinko.songwriting import notebook
from shinko.songwriting.notebook import Progressions, notebook_html
from shinko.theory import Key, parse_token

CELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import shinko
shell.run_cell('''
from shinko.score.progression import Progression
from shinko.theory import Key, parse_token
shown = Progression((parse_token("1"), parse_token("b7")), Key.parse("C"), (4, 4))
''')
data, _ = shell.display_formatter.format(shell.user_ns["shown"])
print(sorted(data), "<svg" in data["text/html"], "<audio" in data["text/html"])
"""


@pytest.fixture
def shown() -> Progression:
    return Progression(
        (parse_token("1"), parse_token("b7")), Key.parse("C"), (4, 4), title="<b>Fish & chips"
    )


def test_a_progression_shows_numerals_a_page_and_a_player(shown):
    html = notebook_html(shown)
    assert html.startswith("<p><b>&lt;b&gt;Fish &amp; chips · C major · 120 bpm</b></p>")
    for text in ("I", "♭VII", "C", "B♭"):
        assert f">{text}</td>" in html
    page = ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])
    width, height = map(float, page.get("viewBox").split()[2:])
    assert height < width / 2  # no empty paper below two bars
    (data,) = re.findall(r'src="data:audio/mpeg;base64,([^"]+)"', html)
    assert b64decode(data)[:2] in (b"\xff\xfb", b"ID") or b64decode(data)[:3] == b"ID3"


def test_a_page_is_never_wider_than_the_cell(shown):
    assert '<svg style="max-width:100%;height:auto" ' in notebook_html(shown)


def test_the_table_of_chords_has_eight_a_row(shown):
    twenty = Progression(shown.chords * 10, shown.key, shown.beats * 10)
    table = ElementTree.fromstring(
        re.search(r"<table>.*?</table>", notebook_html(twenty), re.DOTALL)[0]
    )
    assert [len(row) for row in table] == [8, 8, 8, 8, 4, 4]
    assert [cell.text for cell in table[4]] == ["I", "♭VII", "I", "♭VII"]
    assert [cell.text for cell in table[5]] == ["C", "B♭", "C", "B♭"]


def test_the_player_is_one_channel_of_few_kilobytes(shown):
    (data,) = re.findall(r'src="data:audio/mpeg;base64,([^"]+)"', notebook_html(shown))
    sound = soundfile.info(io.BytesIO(b64decode(data)))
    assert (sound.channels, sound.samplerate) == (1, 44_100)
    assert 4 + 3 <= sound.duration < 4 + 3.2  # two bars at 120 bpm, and how they ring
    assert len(b64decode(data)) < 8_000 * sound.duration


def test_several_progressions_show_the_first_whole_and_the_others_by_name(shown, monkeypatch):
    monkeypatch.setattr(notebook, "notebook_html", lambda progression: "<whole>")
    html = Progressions([shown] * 70)._repr_html_()
    assert html.count("<whole>") == 4
    assert html.count("<table>") == 60
    assert html.endswith("… and 6 more")


def test_several_progressions_are_a_list_that_prints_a_line_each(shown):
    two = Progressions([shown, shown])
    assert two == [shown, shown]
    assert repr(two) == "C major: C | B♭\nC major: C | B♭"


def test_the_player_plays_as_it_is_told(shown):
    assert notebook_html(shown) != notebook_html(shown, Performance("strum"))


def test_without_the_engraver_the_chart_stands_in(shown, monkeypatch):
    whole = notebook.render

    def render(progression, rendering):
        if rendering.formats != ("svg",):
            return whole(progression, rendering)
        raise RenderError("not installed")

    monkeypatch.setattr(notebook, "render", render)
    html = notebook_html(shown)
    assert "<pre>" in html
    assert "| C | B♭ |" in html
    assert "<svg" not in html


def test_a_running_notebook_shows_progressions_by_itself():
    done = subprocess.run(
        [sys.executable, "-c", CELL], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "['text/html', 'text/plain'] True True"


def test_a_title_with_what_may_not_be_printed_is_shown_without(shown):
    shown = replace(shown, title="Two\ud800doors\u202e\x1b\uffff")
    notebook_html(shown).encode()
    assert "<b>Two doors · C major" in notebook_html(shown)
