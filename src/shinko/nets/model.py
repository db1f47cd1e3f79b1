"""The sequence model: tokens in, a distribution over the next token out.

One network serves both experiments: a policy over chords and a language model over words.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from shinko.nets.cells import State
from shinko.nets.shapes import ModelConfig
from shinko.nets.stack import RecurrentStack


class SequenceModel(nn.Module):
    """Embedding, recurrent stack, output layer: `model(tokens, state) -> (logits, state)`."""

    def __init__(self, config: ModelConfig, *, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.tokens, config.embedding)
        self.condition = (
            nn.Parameter(torch.empty(config.conditions, config.embedding))
            if config.conditions
            else None
        )
        self.stack = RecurrentStack(
            config.embedding,
            config.hidden,
            layers=config.layers,
            cell=config.cell,
            dropout=config.dropout,
        )
        self.output = nn.Linear(config.hidden, config.outputs)
        if config.tied:
            self.output.weight = self.embedding.weight
        self.reset_parameters(generator)

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Draw all weights again; the output layer starts at zero: a uniform distribution.

        A tied output layer can't start at zero without zeroing the embedding: it keeps its draw.
        """
        nn.init.normal_(self.embedding.weight, std=self.config.embedding**-0.5, generator=generator)
        if self.condition is not None:
            nn.init.zeros_(self.condition)
        for cell in self.stack.cells:
            cell.reset_parameters(generator)  # type: ignore[operator]
        if not self.config.tied:
            nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    def initial_state(self, batch: int) -> State:
        """The state before the first token: zeros, (L, B, H) each."""
        return self.stack.initial_state(batch)

    def forward(
        self,
        tokens: Tensor,
        state: State | None = None,
        *,
        fused: bool = True,
        condition: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        """Unnormalised log-probabilities of what follows each token.

        Args:
          tokens: shape (T, B), values 0..tokens-1.
          state: the state carried from before, or None at the start.
          fused: see `RecurrentStack.forward`.
          condition: what is given to each sequence, (B, K), or at each step, (T, B, K); its
            product with the weights `condition` (K, E) is added to each token's vector.

        Returns:
          Logits, shape (T, B, V), and the state after the last token.
        """
        state = self.initial_state(tokens.shape[1]) if state is None else state
        drop, training = self.config.dropout, self.training
        embedded = self.embedding(tokens)
        if condition is not None and self.condition is not None:
            embedded = embedded + condition @ self.condition
        x = nn.functional.dropout(embedded, drop, training)
        hidden, state = self.stack(x, state, fused=fused)
        return self.output(nn.functional.dropout(hidden, drop, training)), state
