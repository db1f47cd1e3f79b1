"""The names that the docs of 0.1 showed: they still work, and say what they are called now."""

import importlib
import subprocess
import sys

import pytest

# Every name under `shinko.recipes` that docs/python.md, rendering.md and words.md of 0.1 imported.
SHOWN = {
    "chords": ["ChordBook"],
    "compose": ["ComposeRequest", "compose"],
    "evaluate": ["evaluate"],
    "explain": ["heat", "read_slots", "suggest"],
    "formats": ["Rendering"],
    "ground": ["style_ground"],
    "learn": ["begin_run", "learn"],
    "notebook": ["notebook_html"],
    "optimum": ["find_optimum"],
    "policy": ["run_policy", "shipped_policy"],
    "read": ["Reading", "read"],
    "render": ["write_progressions"],
    "styles": ["Style"],
    "wishes": ["Wishes"],
    "words.runs": ["open_run"],
    "words.scores": ["evaluate", "sentence_surprisals"],
    "words.text": ["sample"],
    "words.training": ["begin_run", "train"],
}


@pytest.mark.parametrize("module", SHOWN)
def test_an_old_name_works_and_says_the_new_one(module):
    old = importlib.import_module(f"shinko.recipes.{module}")
    for name in SHOWN[module]:
        with pytest.warns(DeprecationWarning, match=rf"{name} is shinko\.\S+\.{name} now"):
            found = getattr(old, name)
        assert found is getattr(sys.modules[found.__module__], name)


def test_an_old_module_has_no_other_names():
    old = importlib.import_module("shinko.recipes.compose")
    with pytest.raises(AttributeError, match="has no attribute 'kompose'"):
        _ = old.kompose


def test_an_import_statement_of_0_1_still_works():
    code = "from shinko.recipes.compose import ComposeRequest, compose"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "compose is shinko.songwriting.compose.compose now" in done.stderr


def test_what_an_optimum_was_asked_in_0_1_still_answers():
    from shinko.experiments.optimum import find_optimum
    from shinko.rl.settings import OptimumSettings

    optimum = find_optimum(OptimumSettings(table="1960s", length=2)).optimum
    with pytest.warns(DeprecationWarning, match=r"Walk\.effective_chords is Walk\.effective_tok"):
        assert optimum.walk.effective_chords == optimum.walk.effective_tokens
    with pytest.warns(DeprecationWarning, match=r"(Plan\.automaton|Process\.vocabulary) is "):
        assert optimum.automaton.vocabulary == optimum.process.tokens
