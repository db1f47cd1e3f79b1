"""Songs made to fit a vocabulary: which chords to keep, and what becomes of the others."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shinko.tables.codec import find_codec
from shinko.tables.song import Song
from shinko.tables.table import CHORDS, History
from shinko.tables.tokens import TokenVocabulary


@dataclass(frozen=True)
class Coverage:
    """How many chords of songs a vocabulary holds.

    Attributes:
      chords: of the songs, repeated ones and all.
      exact: of these, in the vocabulary as they are.
      simplified: of these, in the vocabulary without their inversion, or as a plain triad.
    """

    chords: int
    exact: int
    simplified: int

    @property
    def exact_share(self) -> float:
        """Share in the vocabulary as they are, 0..1."""
        return self.exact / max(self.chords, 1)

    @property
    def share(self) -> float:
        """Share in the vocabulary as they are or simplified, 0..1."""
        return (self.exact + self.simplified) / max(self.chords, 1)


def choose_vocabulary(corpora: Sequence[Sequence[Song]], min_coverage: float) -> tuple[str, ...]:
    """The fewest chords, by their mean share in the corpora, that cover each corpus.

    Args:
      corpora: lists of songs that count alike, however long they are.
      min_coverage: share of the chords of each corpus that must be in the vocabulary, 0..1.

    Returns:
      Tokens, the most frequent first.
    """
    shares: list[dict[str, float]] = []
    for songs in corpora:
        counts = Counter(token for song in songs for run in song.chords for token in run)
        total = counts.total()
        shares.append({token: count / total for token, count in counts.items()})
    mean = Counter[str]()
    for share in shares:
        mean.update(share)
    # Ties in alphabetical order, so that the vocabulary doesn't depend on the order of songs.
    ranked = sorted(mean, key=lambda token: (-mean[token], token))
    covered = [0.0] * len(shares)
    for size, token in enumerate(ranked):
        # The slack is for shares that sum to 0.999… only.
        if all(sum_ >= min_coverage - 1e-9 for sum_ in covered):
            return tuple(ranked[:size])
        covered = [c + share.get(token, 0) for c, share in zip(covered, shares, strict=True)]
    return tuple(ranked)


def fit_songs(
    songs: Iterable[Song], vocabulary: Sequence[str], *, codec: str = CHORDS
) -> tuple[list[list[History]], Coverage]:
    """The songs as vocabulary indices, cut where a chord doesn't fit.

    A chord that comes again at once counts as held, as the codec has it. A chord outside the
    vocabulary is simplified: first its inversion goes, then its seventh. Where even the triad is
    outside, the run ends and another begins behind it; so it does at any other token that the
    vocabulary lacks.

    Args:
      songs: runs of tokens.
      vocabulary: the tokens to keep.
      codec: what the tokens are.

    Returns:
      The runs of each song, and how many chords fitted.
    """
    placed, coverage = fit_places(songs, vocabulary, codec=codec)
    return [[run.tokens for run in runs] for runs in placed], coverage


@dataclass(frozen=True)
class PlacedRun:
    """A run of tokens, by their indices, and where they stand in their song.

    Attributes:
      tokens: indices into the vocabulary.
      places: how many tokens of the song lie before each of them, and before what follows the run.
    """

    tokens: History
    places: tuple[int, ...]


def fit_places(
    songs: Iterable[Song], vocabulary: Sequence[str], *, codec: str = CHORDS
) -> tuple[list[list[PlacedRun]], Coverage]:
    """As `fit_songs`, with where each chord begins; one that is held doesn't begin again."""
    read_as = find_codec(codec)
    known = TokenVocabulary(vocabulary, read_as.simpler)
    chords = exact = simplified = 0
    fitted: list[list[PlacedRun]] = []
    for song in songs:
        runs: list[PlacedRun] = []
        place = 0
        for tokens in song.chords:
            run: list[tuple[int, int]] = []
            for token in tokens:
                chords += 1
                index = known.nearest(token)
                if index is None:
                    runs.append(_placed(run, place))
                    run = []
                else:
                    if vocabulary[index] == token:
                        exact += 1
                    else:
                        simplified += 1
                    if not read_as.holds or not run or run[-1][0] != index:
                        run.append((index, place))
                place += 1
            runs.append(_placed(run, place))
        fitted.append([run for run in runs if run.tokens])
    return fitted, Coverage(chords, exact, simplified)


def _placed(run: Sequence[tuple[int, int]], end: int) -> PlacedRun:
    return PlacedRun(tuple(token for token, _ in run), (*(place for _, place in run), end))
