"""The sequence model: tokens in, a distribution over the next token out.

One network serves both experiments: a policy over chords and a language model over words.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from shinko.nets.cells import State
from shinko.nets.copying import CopyHead, follow, hear
from shinko.nets.shapes import ModelConfig
from shinko.nets.stack import RecurrentStack


class SequenceModel(nn.Module):
    """Embedding, recurrent stack, output layer: `model(tokens, state) -> (logits, state)`.

    With a copy head the logits are log-probabilities.
    """

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
        self.copy = (
            CopyHead(config.copies, config.orders, config.embedding, config.hidden)
            if config.copies
            else None
        )
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
        if self.copy is not None:
            self.copy.reset_parameters()

    @property
    def start(self) -> int:
        """The token that begins each sequence of a network whose tokens in are those out and it.

        As many as come out, also where weights of fewer tokens stand in for its own (`cutting`).
        """
        return len(self.output.bias)

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
          state: the state carried from before, or None at the start; always None for a network
            that copies or sees a window.
          fused: see `RecurrentStack.forward`.
          condition: what is given to each sequence, (B, K), or at each step, (T, B, K); its
            product with the weights `condition` (K, E) is added to each token's vector.

        Returns:
          Logits, shape (T, B, V), and the state after the last token.
        """
        if state is not None and (self.copy is not None or self.config.window):
            raise ValueError("copies, window: expected a whole sequence, and no state before it")
        state = self.initial_state(tokens.shape[1]) if state is None else state
        drop, training = self.config.dropout, self.training
        told, heard, followed = None, None, None
        if condition is not None and self.condition is not None:
            told = condition @ self.condition
        x = self._vectors(tokens, told)
        if self.copy is not None:
            heard = hear(tokens, self.copy.lags, self.start)
            seen = heard.seen
            if self.copy.orders:
                followed = follow(tokens, self.copy.orders, self.start, x.dtype)
                seen = torch.cat([seen, followed.seen], 2)
            seen = seen.to(x.dtype) @ self.copy.seen
            # In a window only its last token tells what it matches.
            x = torch.cat([x[:-1], x[-1:] + seen]) if self.config.window else x + seen
        x = nn.functional.dropout(x, drop, training)
        if self.config.window:
            hidden = self._at_ends_of_windows(x, fused)
        else:
            hidden, state = self.stack(x, state, fused=fused)
        hidden = nn.functional.dropout(hidden, drop, training)
        logits = self.output(hidden)
        if self.copy is not None and heard is not None:
            logits = self.copy(hidden, logits, heard, followed)
        return logits, state

    def _vectors(self, tokens: Tensor, told: Tensor | None) -> Tensor:
        """What each token adds to the input, (T, B, E); of a window's W, (W, T, B, E)."""
        if window := self.config.window:
            start = tokens.new_full((window - 1, tokens.shape[1]), self.start)
            tokens = torch.cat([start, tokens]).unfold(0, window, 1).movedim(-1, 0)
        x: Tensor = self.embedding(tokens)
        return x if told is None else x + told

    def _at_ends_of_windows(self, x: Tensor, fused: bool) -> Tensor:
        """The top layer's hidden states after inputs (W, T, B, E) from nothing, (T, B, H)."""
        T, B = x.shape[1:3]
        hidden: Tensor = self.stack(x.flatten(1, 2), self.initial_state(T * B), fused=fused)[0]
        return hidden[-1].view(T, B, -1)
