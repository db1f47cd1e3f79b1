"""Text from a run. Needs no torch."""

from __future__ import annotations

from collections.abc import Callable

from shinko.experiments.words.runs import WordRun
from shinko.lm.settings import TextSettings
from shinko.lm.text import join_words, read_prompt, sample_words
from shinko.nets.light import LightModel


def sample(
    run: WordRun, settings: TextSettings, on_word: Callable[[int], None] = lambda drawn: None
) -> list[str]:
    """Texts from the best checkpoint of a run, each with its prompt, a line for each `<eos>`.

    Raises:
      CorpusError: the prompt has an unknown word.
      RunError: the run has no checkpoint, or it is damaged.
    """
    prompt = read_prompt(settings.prompt, run.vocabulary, run.prepared)
    model = LightModel(run.weights(), run.settings.cell, run.settings.tied)
    drawn = sample_words(model, run.vocabulary, prompt, settings, on_word)
    begun = run.vocabulary.decode(prompt)
    return [join_words([*begun, *run.vocabulary.decode(ids)], run.prepared) for ids in drawn]
