"""What a word model's training is told, and the drawing of text; settings that go by a name."""

from __future__ import annotations

from dataclasses import dataclass

from shinko.errors import FieldError
from shinko.nets.shapes import CELL_SHAPES, ModelConfig
from shinko.request import Request, asked


@dataclass(frozen=True)
class WordSettings(Request):
    """Everything but the corpus that decides a training.

    The same settings give the same model on the same machine; with `auto`, precision and device
    are what is there.
    """

    vocabulary: int = asked(
        10_000, "Most words to know; the rarest others are read as <unk>.", least=3, most=1_000_000
    )
    cell: str = asked("lstm", "Recurrent cell.", choices=tuple(CELL_SHAPES))
    layers: int = asked(2, "Recurrent layers.", least=1, most=16)
    hidden: int = asked(
        200, "Hidden units a layer, and size of a word's vector: H.", least=1, most=4096
    )
    dropout: float = asked(
        0.0, "Share dropped of what passes between layers.", least=0.0, most=0.95
    )
    recurrent_dropout: float = asked(
        0.0,
        "Share of a layer's units that don't reach its own next step, the same for a window.",
        least=0.0,
        most=0.95,
    )
    masks: str = asked(
        "unit",
        "What is dropped: whole units for a window of a batch (fast), or each element by itself.",
        choices=("unit", "element"),
    )
    tied: bool = asked(False, "Use the word vectors as the output layer's weights, too.")
    epochs: int = asked(10, "Passes over the training text.", least=1, most=10_000)
    batch: int = asked(20, "Streams read side by side: B.", least=1, most=4096)
    window: int = asked(
        35, "Words that back-propagation looks back at most: T.", least=1, most=4096
    )
    learning_rate: float = asked(
        0.004, "Highest step size of Adam; it falls linearly to 0.", above=0.0, most=10.0
    )
    epsilon: float = asked(
        1e-8,
        "Adam's: the larger it is, the less the weights of rare words move.",
        above=0.0,
        most=1.0,
    )
    warmup: float = asked(
        0.02, "Share of the training in which the step size rises.", least=0.0, most=1.0
    )
    clip: float = asked(0.5, "Longest gradient; longer ones are scaled down.", above=0.0, most=1e9)
    weight_decay: float = asked(
        0.0,
        "Share of each weight, times the step size, that each step takes away; not of biases.",
        least=0.0,
        most=10.0,
    )
    columns: int = asked(
        2000,
        "Words, beside those of the text, whose output weights a window changes, drawn so that the "
        "gradient stays right on average; 0 takes all.",
        least=0,
        most=1_000_000,
    )
    precision: str = asked(
        "auto",
        "Numbers to multiply: float32, PyTorch's medium products, or these with bfloat16 in the "
        "output layer; auto takes what is fastest here.",
        choices=("auto", "float32", "medium", "bfloat16"),
    )
    seed: int = asked(0, "Seed of all chance.", least=0, most=2**63 - 1)
    device: str = asked("auto", "Where to compute.", choices=("auto", "cpu", "cuda", "mps"))

    def learning_rate_at(self, progress: float) -> float:
        """Step size when this share, 0 to 1, of all windows has been read."""
        rise = min(1.0, progress / self.warmup) if self.warmup else 1.0
        return self.learning_rate * rise * (1.0 - progress)


def word_config(settings: WordSettings, words: int) -> ModelConfig:
    """The network of a word model over V words."""
    return ModelConfig(
        tokens=words,
        outputs=words,
        cell=settings.cell,
        layers=settings.layers,
        hidden=settings.hidden,
        embedding=settings.hidden,
        dropout=settings.dropout,
        tied=settings.tied,
    )


@dataclass(frozen=True)
class TextSettings(Request):
    """How to draw a text; the same settings, the same text."""

    prompt: str = asked("", "Words that the text begins with.")
    words: int = asked(60, "Words to draw, ends of lines included.", least=1, most=100_000)
    count: int = asked(1, "Texts to draw.", least=1, most=10_000)
    temperature: float = asked(
        1.0,
        "Logits are divided by it: below 1 plainer, above 1 wilder; 0 takes the likeliest word.",
        least=0.0,
        most=100.0,
    )
    top_p: float = asked(
        1.0, "Draw from the likeliest words that have this share together.", above=0.0, most=1.0
    )
    unknown: bool = asked(False, "Let <unk>, the sign for a rare word, be drawn, too.")
    seed: int = asked(0, "Seed of all chance.", least=0, most=2**63 - 1)


# The poster names the last one's network as its best; the others, and how each is trained, are this
# project's choice.
PRESETS: dict[str, WordSettings] = {
    "rnn-small": WordSettings(cell="rnn", layers=1, hidden=100, epochs=8, learning_rate=0.003),
    "rnn-deep": WordSettings(
        cell="rnn",
        hidden=200,
        dropout=0.2,
        recurrent_dropout=0.3,
        weight_decay=0.1,
        tied=True,
        epochs=18,
        learning_rate=0.003,
        epsilon=1e-5,
    ),
    "lstm-small": WordSettings(layers=1, hidden=100, epochs=6),
    "lstm-medium": WordSettings(hidden=200, dropout=0.3, epochs=12),
    "lstm-best": WordSettings(
        hidden=650,
        dropout=0.5,
        recurrent_dropout=0.3,
        weight_decay=0.1,
        tied=True,
        epochs=20,
        learning_rate=0.003,
        epsilon=1e-5,
    ),
}


def preset(name: str) -> WordSettings:
    """The settings that go by a name.

    Raises:
      FieldError: no preset has that name.
    """
    try:
        return PRESETS[name]
    except KeyError:
        raise FieldError("preset", name, f"one of {', '.join(PRESETS)}") from None
