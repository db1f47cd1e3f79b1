"""A copy head: a network that may repeat what it played, beside drawing freely.

    g_t    = softmax(h_t W_g + b_g)      over drawing freely, N lags and K orders, where they can
    P_t(a) = g_free softmax(o_t)(a) + Σ_L g_L [a = x_{t−L}] + Σ_k g_k n_k(a) / n_k

h_t is the top layer's hidden state, o_t the output layer's logits, x_t the token to come. A *lag*
L repeats what was played so many tokens ago; it can't repeat what lies before the beginning, nor
the last token. An *order* k plays what followed the last k tokens before, as often as it did:
n_k(a) counts a after them, n_k all that came after them; of order 0 all that was played but the
last token.

The network is told with each token which lags it matches, whether x_{t−1} = x_{t−1−L}, and how many
in a row did; and how often what each order goes by was followed, and by how few different ones.

Conventions: T steps, B sequences, V tokens, N lags, K orders, E embedding, H hidden units, time
first. What is fed in first, and lies before the beginning, is the start token, V.

Sources: of the mixture Merity, Xiong, Bradbury and Socher (2017), Pointer Sentinel Mixture Models;
of orders the cache of Kuhn and De Mori (1990).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from shinko.nets.shapes import COPY_FLOOR, FEW_TIMES, LONG_RUN

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


@dataclass(frozen=True)
class Followed:
    """What the orders make of the tokens fed in.

    shares: of each token among those that followed, (T, B, K, V); 0 where nothing did.
    knows: whether anything did, (T, B, K).
    seen: of n times n / (n + `FEW_TIMES`), and different tokens over n, (T, B, 2K).
    """

    shares: Tensor
    knows: Tensor
    seen: Tensor


def follow(
    tokens: Tensor, orders: tuple[int, ...], start: int, dtype: torch.dtype = torch.float32
) -> Followed:
    """What orders make of whole sequences of tokens (T, B), the start token first."""
    T, B = tokens.shape
    steps = torch.arange(T, device=tokens.device)
    # Whether what follows step s came before step t, and whether the tokens there are alike.
    match = (steps[None, :] < steps[:, None])[:, :, None].expand(T, T, B)
    alike = (tokens[:, None] == tokens) & (tokens != start)
    after = nn.functional.one_hot(tokens[1:], start + 1)[..., :start].to(dtype)
    shares, knows, seen = [], [], []
    for order in range(max(orders) + 1):
        if order:
            ago = order - 1
            match = match & nn.functional.pad(alike[: T - ago, : T - ago], (0, 0, ago, 0, ago, 0))
        if order not in orders:
            continue
        counts = torch.einsum("tsb,sbv->tbv", match[:, :-1].to(dtype), after)
        if order == 0:
            counts = counts * (1 - nn.functional.one_hot(tokens, start + 1)[..., :start])
        times = counts.sum(-1)
        shares.append(counts / times.clamp(min=1).unsqueeze(-1))
        knows.append(times > 0)
        seen += [times / (times + FEW_TIMES), (counts > 0).sum(-1) / times.clamp(min=1)]
    return Followed(torch.stack(shares, 2), torch.stack(knows, 2), torch.stack(seen, 2))


class CopyHead(nn.Module):
    """The gates' weights W_g, b_g, and what is seen is multiplied with, (2N + 2K, E)."""

    def __init__(
        self, lags: tuple[int, ...], orders: tuple[int, ...], embedding: int, hidden: int
    ) -> None:
        super().__init__()
        self.lags, self.orders = lags, orders
        ways = len(lags) + len(orders)
        self.gates = nn.Linear(hidden, ways + 1)
        self.seen = nn.Parameter(torch.empty(2 * ways, embedding))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Few copies, whatever was heard."""
        nn.init.zeros_(self.gates.weight)
        nn.init.zeros_(self.seen)
        with torch.no_grad():
            self.gates.bias.fill_(_SHY)[0] = 0.0

    def forward(
        self, hidden: Tensor, logits: Tensor, heard: Heard, followed: Followed | None
    ) -> Tensor:
        """log P of each next token, (T, B, V), each row of sum 1; none is impossible.

        Args:
          hidden: of the top layer, (T, B, H).
          logits: of drawing freely, (T, B, V).
          heard: of the tokens that were fed in, by the lags.
          followed: the same by the orders, if there are any.
        """
        gates, N = self.gates(hidden), len(self.lags)
        can = heard.copies if followed is None else torch.cat([heard.copies, followed.knows], 2)
        gates = gates.masked_fill(nn.functional.pad(~can, (1, 0)), -torch.inf).softmax(-1)
        mixed = gates[..., :1] * logits.softmax(-1)
        # What can't copy has a gate of 0, so that any target will do.
        target = heard.target.clamp(max=logits.shape[-1] - 1)
        mixed = mixed.scatter_add(-1, target, gates[..., 1 : N + 1])
        if followed is not None:
            mixed = mixed + (gates[..., N + 1 :, None] * followed.shares).sum(-2)
        return torch.log((1 - COPY_FLOOR) * mixed + COPY_FLOOR / logits.shape[-1])
