"""Text from a word model: one word after the other, by temperature and nucleus. Needs no torch.

Source of the nucleus (top-p): Holtzman et al. (2020), The Curious Case of Neural Text Degeneration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from shinko.lm.corpus import EOS, CorpusError, Vocabulary, split_line
from shinko.lm.settings import TextSettings
from shinko.nets.light import Array, LightModel

# In plain text, signs that stand at the word before them, or at the word after.
_CLOSING = re.compile(r" ([.,;:!?%)\]}”’…]+)(?= |$)")
_OPENING = re.compile(r"(^| )([(\[{“‘]+) ")


def read_prompt(text: str, vocabulary: Vocabulary, prepared: bool) -> NDArray[np.int64]:
    """The ids of a prompt's words, (P,).

    Raises:
      CorpusError: a word is not in the vocabulary; or is `<eos>`, which only ends lines.
    """
    words = split_line(text, prepared)
    if EOS in words:
        raise CorpusError(f"prompt {text!r:.60}: {EOS} ends a line; give the words of one line")
    return vocabulary.encode(words, unknown=False)


def sample_words(
    model: LightModel,
    vocabulary: Vocabulary,
    prompt: NDArray[np.int64],
    settings: TextSettings,
    on_word: Callable[[int], None] = lambda drawn: None,
) -> NDArray[np.int64]:
    """Draw texts that go on from a prompt; the first ones are the same however many are drawn.

    Args:
      model: over the vocabulary's V words.
      vocabulary: what the ids mean.
      prompt: the ids it begins with, (P,).
      settings: how to draw, and how much; its own prompt isn't looked at.
      on_word: called with the number of words drawn so far, of each text.

    Returns:
      The ids of what was drawn, (count, words), without the prompt.
    """
    count = settings.count
    chances = [np.random.default_rng((settings.seed, number)) for number in range(count)]
    state, fed = model.initial_state(count), np.full(count, vocabulary.eos)
    for word in prompt:
        _, state = model.step(fed, state)
        fed = np.full(count, word)
    drawn = np.empty((count, settings.words), np.int64)
    for place in range(settings.words):
        logits, state = model.step(fed, state)
        if not settings.unknown:
            logits[:, vocabulary.unk] = -np.inf
        fed = np.array(
            [_draw(row, settings, chance) for row, chance in zip(logits, chances, strict=True)]
        )
        drawn[:, place] = fed
        on_word(place + 1)
    return drawn


def nucleus(probabilities: NDArray[np.float64], share: float) -> NDArray[np.int64]:
    """The likeliest words, as few as have the share together, likeliest first; at least one."""
    order = np.argsort(-probabilities, kind="stable")
    reached = np.cumsum(probabilities[order]) >= share
    return order[: int(reached.argmax()) + 1] if reached.any() else order


def join_words(words: Sequence[str], prepared: bool) -> str:
    """A text to read, a line for each `<eos>`; of plain text, with signs at their words."""
    lines = " ".join(words).replace(f" {EOS}", "\n").replace(f"{EOS}", "\n").split("\n")
    lines = [line.strip() for line in lines]
    if not prepared:
        lines = [_OPENING.sub(r"\1\2", _CLOSING.sub(r"\1", line)) for line in lines]
    return "\n".join(lines).strip("\n")


def _draw(logits: Array, settings: TextSettings, chance: np.random.Generator) -> int:
    if not settings.temperature:
        return int(logits.argmax())
    wide = logits.astype(np.float64)
    probabilities = np.exp((wide - wide.max()) / settings.temperature)
    probabilities /= probabilities.sum()
    among = nucleus(probabilities, settings.top_p) if settings.top_p < 1 else None
    kept = probabilities if among is None else probabilities[among]
    sums = np.cumsum(kept)
    place = int(np.searchsorted(sums, chance.random() * sums[-1], side="right"))
    return place if among is None else int(among[place])
