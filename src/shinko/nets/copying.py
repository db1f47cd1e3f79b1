"""A copy head: a network that may repeat what it played so many tokens ago, beside drawing freely.

    g_t    = softmax(h_t W_g + b_g)      over drawing freely and N lags, as far as they can copy
    P_t(a) = g_free softmax(o_t)(a) + Σ_L g_L [a = x_{t−L}]

h_t is the top layer's hidden state, o_t the output layer's logits, x_t the token to come. A lag
can't copy what lies before the beginning, nor the last token. The network is told with each token
which lags it matches: whether x_{t−1} = x_{t−1−L}, and how many in a row did.

Conventions: T steps, B sequences, V tokens, N lags, E embedding, H hidden units, time first. What
is fed in first, and lies before the beginning, is the start token, V.

Source of the mixture: Merity, Xiong, Bradbury and Socher (2017), Pointer Sentinel Mixture Models.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from shinko.nets.shapes import COPY_FLOOR, LONG_RUN

# What the gate of each lag starts at, against 0 of drawing freely; at -1 and -3 it learned slower.
_SHY = -2.0


@dataclass(frozen=True)
class Heard:
    """What the lags make of the tokens fed in.

    target: what each lag would copy next, (T, B, N).
    copies: whether it can, (T, B, N).
    seen: whether the last token is the one so many before it, and how many in a row were, as a
      share of `LONG_RUN` and 1 at most, (T, B, 2N).
    """

    target: Tensor
    copies: Tensor
    seen: Tensor


def hear(tokens: Tensor, lags: tuple[int, ...], start: int) -> Heard:
    """What lags make of whole sequences of tokens (T, B), the start token first."""
    T, longest = len(tokens), max(lags)
    padded = torch.cat([tokens.new_full((longest, tokens.shape[1]), start), tokens])
    # Of each step the token so many before the last one; the last one itself is 0 before it.
    back = [padded[longest - ago : longest - ago + T] for ago in range(longest + 1)]
    last = tokens.unsqueeze(2)
    target = torch.stack([back[lag - 1] for lag in lags], dim=2)
    match = torch.stack([back[lag] for lag in lags], dim=2) == last
    match &= last != start
    run, going = match.float(), match
    for ago in range(1, min(LONG_RUN, T)):
        going = going[1:] & match[: T - ago]  # of the steps from `ago` on
        run[ago:] += going
    seen = torch.cat([match.float(), run / LONG_RUN], dim=2)
    return Heard(target, (target != start) & (target != last), seen)


class CopyHead(nn.Module):
    """The gates' weights W_g, b_g, and what `seen` is multiplied with, (2N, E)."""

    def __init__(self, lags: tuple[int, ...], embedding: int, hidden: int) -> None:
        super().__init__()
        self.lags = lags
        self.gates = nn.Linear(hidden, len(lags) + 1)
        self.seen = nn.Parameter(torch.empty(2 * len(lags), embedding))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Few copies, whatever was heard."""
        nn.init.zeros_(self.gates.weight)
        nn.init.zeros_(self.seen)
        with torch.no_grad():
            self.gates.bias.fill_(_SHY)[0] = 0.0

    def forward(self, hidden: Tensor, logits: Tensor, heard: Heard) -> Tensor:
        """log P of each next token, (T, B, V), each row of sum 1; none is impossible.

        Args:
          hidden: of the top layer, (T, B, H).
          logits: of drawing freely, (T, B, V).
          heard: of the tokens that were fed in.
        """
        gates = self.gates(hidden)
        shut = nn.functional.pad(~heard.copies, (1, 0))
        gates = gates.masked_fill(shut, -torch.inf).softmax(-1)
        mixed = gates[..., :1] * logits.softmax(-1)
        # What can't copy has a gate of 0, so that any target will do.
        target = heard.target.clamp(max=logits.shape[-1] - 1)
        mixed = mixed.scatter_add(-1, target, gates[..., 1:])
        return torch.log((1 - COPY_FLOOR) * mixed + COPY_FLOOR / logits.shape[-1])
