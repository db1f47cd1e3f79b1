"""From counts to rows that sum to 1: three interpolated smoothings.

Conventions: counts map a history to how often each chord followed it; if a history is counted, so
is each of its endings. All smoothings give P(c | h) = a(h, c) + γ(h) P(c | h without its oldest
chord), down to the uniform 1/V below the empty history. A row lists the chords that were seen
after h with the full sum, and γ(h) is its back-off weight (the form of ARPA files), so that row
and back-off sum to 1 exactly. The empty history lists all V chords.

Sources: Witten, Bell (1991), method C; Chen, Goodman (1998), An Empirical Study of Smoothing
Techniques for Language Modeling: interpolation, the discounts, and "modified" Kneser–Ney.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

import numpy as np

from shinko.tables.table import Floats, History, Ints, Row

Counts = Mapping[History, Mapping[int, int]]

# Where too few n-grams were seen to estimate the discounts, as on the shortest song lists.
DISCOUNTS_WITHOUT_DATA = (0.5, 1.0, 1.5)


def relative_frequencies(counts: Counts) -> dict[History, Row]:
    """No smoothing: shares of what was seen; what wasn't stays unlisted."""
    rows = {}
    for history, seen in counts.items():
        numbers = np.array(list(seen.values()), np.float64)
        rows[history] = Row(np.array(list(seen), np.int32), numbers / numbers.sum())
    return rows


def witten_bell(counts: Counts, V: int) -> dict[History, Row]:
    """Witten–Bell: another new chord is as likely as distinct chords have been new so far.

    a(h, c) = n(h, c) / (n(h) + t(h)) and γ(h) = t(h) / (n(h) + t(h)), for n(h) chords seen after
    h, t(h) of them distinct.
    """

    def discount(_: History, numbers: Floats) -> tuple[Floats, float]:
        total = numbers.sum() + len(numbers)
        return numbers / total, len(numbers) / total

    return _interpolate(counts, V, discount)


def absolute(counts: Counts, V: int) -> dict[History, Row]:
    """Absolute discounting with three discounts: Kneser–Ney's, but of plain counts throughout.

    a(h, c) = (n − D(n)) / n(h) and γ(h) = Σ_c D(n(h, c)) / n(h), where n = n(h, c), and D is D₁,
    D₂ or D₃₊ by n, estimated from the counts of counts of each length of history. Short histories
    keep their own shares, which matters where they stand alone: at the start of a progression.
    """
    discounts = {
        length: estimate_discounts(
            n for history, seen in counts.items() if len(history) == length for n in seen.values()
        )
        for length in {len(history) for history in counts}
    }

    def discount(history: History, numbers: Floats) -> tuple[Floats, float]:
        steps = np.array(discounts[len(history)])
        taken = steps[np.minimum(numbers, 3).astype(int) - 1]
        return (numbers - taken) / numbers.sum(), float(taken.sum() / numbers.sum())

    return _interpolate(counts, V, discount)


def kneser_ney(counts: Counts, beginnings: Collection[History], V: int) -> dict[History, Row]:
    """Modified Kneser–Ney: as `absolute`, but shorter histories count contexts.

    There n(h, c) is the number of different chords that were seen before h c, the beginning of a
    run being one more. Backing off gets better by it, and short histories standing alone worse.

    Args:
      counts: what was seen.
      beginnings: chords, one or more, that began a run; the longest histories need none.
      V: size of the vocabulary.
    """
    order = max(map(len, counts))
    contexts: dict[History, Counter[int]] = {
        history: Counter(seen) if len(history) == order else Counter()
        for history, seen in counts.items()
    }
    for history, seen in counts.items():
        if history:
            contexts[history[1:]].update(dict.fromkeys(seen, 1))
    for beginning in beginnings:
        if len(beginning) <= order:
            contexts[beginning[:-1]][beginning[-1]] += 1
    return absolute(contexts, V)


def _interpolate(
    counts: Counts, V: int, discount: Callable[[History, Floats], tuple[Floats, float]]
) -> dict[History, Row]:
    """Rows by P(c | h) = a(h, c) + γ(h) P(c | h without its oldest chord), shortest first.

    Args:
      counts: what was seen, something after the empty history at least.
      V: size of the vocabulary.
      discount: (a(h, ·), γ(h)) of a history and the counts of the chords seen after it.
    """
    rows: dict[History, Row] = {}
    full: dict[History, Floats] = {}
    for history in sorted(counts, key=len):
        seen = sorted(counts[history].items())
        chords = np.array([chord for chord, _ in seen], np.int32)
        kept, weight = discount(history, np.array([number for _, number in seen], np.float64))
        numbers = weight * (full[history[1:]] if history else np.full(V, 1 / V))
        numbers[chords] += kept
        full[history] = numbers
        if history:
            rows[history] = Row(chords, numbers[chords], weight)
        else:
            rows[history] = Row(np.arange(V, dtype=np.int32), numbers)
    return rows


def estimate_discounts(numbers: Iterable[int]) -> tuple[float, float, float]:
    """D₁, D₂ and D₃₊ (Chen, Goodman 1998, equation 26), each within 0 < D_n ≤ n.

    Where no n-gram was seen n or n + 1 times, there is nothing to estimate D_n from.
    """
    times = Counter(numbers)
    y = times[1] / max(times[1] + 2 * times[2], 1)
    discounts = []
    for n, without_data in enumerate(DISCOUNTS_WITHOUT_DATA, 1):
        both = times[n] and times[n + 1]
        estimate = n - (n + 1) * y * times[n + 1] / times[n] if both else 0.0
        discounts.append(estimate if 0 < estimate <= n else without_data)
    return discounts[0], discounts[1], discounts[2]


def list_chords(
    full: Mapping[History, Floats], listed: Mapping[History, Ints]
) -> dict[History, Row]:
    """Rows that list some chords of full distributions and back off for the others.

    The listed chords keep their probability; the back-off weight gives the others together what
    they had. This prunes a table, and puts a mixture of tables into the same form (as SRILM does).

    Args:
      full: P(· | h), shape (V,), without nan.
      listed: the chords to list after each of these histories, all V after the empty one. Another
        history that lists none gets no row.
    """
    rows: dict[History, Row] = {}
    resolved: dict[History, Floats] = {}
    for history in sorted(listed, key=len):
        chords = listed[history]
        if history and not len(chords):
            continue
        numbers = full[history].copy()
        weight = 0.0
        if history:
            shorter = history[1:]
            while shorter not in resolved:
                shorter = shorter[1:]
            others = np.ones(len(numbers), bool)
            others[chords] = False
            if others.any():
                weight = float(numbers[others].sum() / resolved[shorter][others].sum())
            numbers[others] = weight * resolved[shorter][others]
        resolved[history] = numbers
        rows[history] = Row(chords, numbers[chords], weight)
    return rows
