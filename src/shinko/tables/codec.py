"""What the tokens of a table or policy are: the seam between music and mathematics.

Tables, rewards and policies take tokens for opaque names; a codec reads and shows them. Files name
theirs, those of version 0.1 none: their tokens are chords. A domain is added by one more codec.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from shinko.errors import ShinkoError
from shinko.tables.table import CHORDS
from shinko.tables.tokens import read_token, simpler_chords
from shinko.theory import Key, parse_token

_C_MAJOR = Key.parse("C")


class CodecError(ShinkoError):
    """A text is no token, or the tokens aren't of the kind that is wanted."""


class Codec(Protocol):
    """The tokens of one domain.

    Attributes:
      holds: whether a token that comes again at once is the first one held, and counted once.
    """

    holds: bool

    def read(self, text: str) -> str:
        """The token of a text; raises `ShinkoError` where it is none."""

    def show(self, token: str, key: Key | None = None) -> str:
        """A token as people read it; without a key as in any major one."""

    def simpler(self, token: str) -> Iterable[str]:
        """What may stand for a token that a vocabulary lacks, the nearest first."""


class Chords:
    """Hooktheory's ids, or Roman numerals where no id exists."""

    holds = True

    def read(self, text: str) -> str:
        return read_token(text)

    def show(self, token: str, key: Key | None = None) -> str:
        return parse_token(token).roman(key or _C_MAJOR)

    def simpler(self, token: str) -> Iterable[str]:
        return simpler_chords(token)


class Plain:
    """Tokens as they are, whatever they mean: durations, notes, words."""

    holds = False

    def read(self, text: str) -> str:
        # What the cells and notes of a CSV give back unchanged; "*" marks a back-off weight there.
        unchanged = text.isprintable() and text == " ".join(text.split())
        if not text or not unchanged or "," in text or '"' in text or text == "*":
            raise CodecError(
                f"token {text!r:.60}: expected a text without commas, quotes or line breaks, "
                "words one blank apart, and not '*' alone"
            )
        return text

    def show(self, token: str, key: Key | None = None) -> str:
        return token

    def simpler(self, token: str) -> Iterable[str]:
        return ()


CODECS: Mapping[str, Codec] = {CHORDS: Chords(), "plain": Plain()}


def find_codec(name: str) -> Codec:
    """The codec of a name; raises `CodecError` for one that isn't known."""
    if name not in CODECS:
        raise CodecError(
            f"codec {name!r:.60}: unknown here; known: {', '.join(CODECS)}; if a newer version "
            "wrote it, update Shinko"
        )
    return CODECS[name]


def expect_chords(holder: str, codec: str) -> None:
    """Raise `CodecError` where the tokens of a table or policy, the holder, are no chords."""
    if codec != CHORDS:
        raise CodecError(
            f"{holder}: its tokens are no chords (codec: {codec}), which this needs; take another"
        )
