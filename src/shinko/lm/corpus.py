"""Word corpora for a language model: text files as ids of a vocabulary.

Conventions: every line with a word in it ends in `<eos>`, blank lines are left out, and words
outside the vocabulary are `<unk>`. A text is *prepared* if it has `<unk>` as a word, as Mikolov's
Penn Treebank does: it is then split at whitespace only. Other text is plain: lowercased, with
punctuation signs as words of their own.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError

EOS = "<eos>"
UNK = "<unk>"
_WANTED = "plain text in UTF-8"
_REASONS = {FileNotFoundError: "no such file", IsADirectoryError: "a folder"}

# Letters and digits with apostrophes or hyphens between them; else each sign on its own.
_PLAIN_WORD = re.compile(r"[^\W_]+(?:['’‐-][^\W_]+)*|[^\w\s]|_")
_PREPARED = re.compile(rf"(?<!\S){re.escape(UNK)}(?!\S)")

# The names of a folder's files; of several patterns, the first that fits any file counts.
_PATTERNS = {
    "train": ("*train*.txt",),
    "valid": ("*valid*.txt", "*val*.txt", "*dev*.txt"),
    "test": ("*test*.txt",),
}
_FEWEST_LINES = 20  # 5 % of them is one line


class CorpusError(ShinkoError):
    """A text can't be used, or has a word that the vocabulary hasn't."""


@dataclass(frozen=True)
class Vocabulary:
    """The words a model knows, each once, `<eos>` and `<unk>` among them; the id is the place."""

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self._index) < len(self.words) or not {EOS, UNK} <= self._index.keys():
            raise CorpusError(f"vocabulary: expected each word once, among them {EOS} and {UNK}")

    @cached_property
    def _index(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    @property
    def eos(self) -> int:
        return self._index[EOS]

    @property
    def unk(self) -> int:
        return self._index[UNK]

    def encode(self, words: Iterable[str], *, unknown: bool = True) -> NDArray[np.int64]:
        """The ids of T words, shape (T,), with `<unk>` for those outside the vocabulary.

        Raises:
          CorpusError: there is a word outside, and `unknown` is false.
        """
        words = list(words)
        strange = None if unknown else next((w for w in words if w not in self._index), None)
        if strange is not None:
            near = [w for w in get_close_matches(strange, self.words) if w not in (EOS, UNK)]
            way_out = f"close to it: {', '.join(near)}" if near else "use another word"
            raise CorpusError(
                f"word {strange!r:.60}: not among the vocabulary's {len(self)} words; {way_out}"
            )
        index, unk = self._index, self.unk
        return np.fromiter((index.get(word, unk) for word in words), np.int64, len(words))

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The words of ids, which are 0..V-1."""
        return [self.words[number] for number in ids]


@dataclass(frozen=True, eq=False)
class Corpus:
    """A text's parts as ids, each of shape (T,), values 0..V-1; `prepared`: how it was split."""

    vocabulary: Vocabulary
    train: NDArray[np.int64]
    valid: NDArray[np.int64]
    test: NDArray[np.int64] | None
    prepared: bool

    @property
    def fingerprint(self) -> str:
        """SHA-256 over words and ids, in hexadecimal: the same for the same corpus only."""
        digest = hashlib.sha256("\n".join(self.vocabulary.words).encode("utf-8"))
        for ids in (self.train, self.valid, self.test):
            digest.update(b"\nnone" if ids is None else f"\n{len(ids)}\n".encode())
            digest.update(b"" if ids is None else ids.astype("<i8").tobytes())
        return digest.hexdigest()


def split_line(line: str, prepared: bool) -> list[str]:
    """The words of a line, sentence or prompt, without `<eos>`."""
    if prepared:
        return line.split()
    # Composed after lowercasing, so that an accent never stands on its own.
    return _PLAIN_WORD.findall(unicodedata.normalize("NFC", line.lower()))


def is_prepared(path: Path) -> bool:
    """Whether a text has the word `<unk>`; raises `CorpusError` as `read_words` does."""
    return _PREPARED.search(_read_text(path)) is not None


def read_words(path: Path, prepared: bool) -> list[str]:
    """The words of a text file in UTF-8, with `<eos>` after each line that has any.

    Raises:
      CorpusError: the file is missing, a folder, unreadable, binary, not UTF-8, or has no words.
    """
    return list(chain.from_iterable(_read_lines(path, prepared)))


def count_vocabulary(words: Iterable[str], limit: int) -> Vocabulary:
    """`<eos>`, `<unk>`, then the most frequent other words; of equals, the first seen first.

    Raises:
      CorpusError: the limit, which counts `<eos>` and `<unk>` too, is below 3.
    """
    if limit < 3:
        raise CorpusError(f"vocabulary limit {limit}: expected 3 or more, {EOS} and {UNK} included")
    others = [word for word, _ in Counter(words).most_common() if word not in (EOS, UNK)]
    return Vocabulary((EOS, UNK, *others[: limit - 2]))


def find_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The train, valid and test files: a folder's, by their names; or the one to three given.

    Raises:
      CorpusError: none or more than three given; or a folder's names leave a part open.
    """
    if not 1 <= len(paths) <= 3:
        raise CorpusError(f"{len(paths)} files: expected a folder, or train, valid and test files")
    try:
        if len(paths) > 1 or not paths[0].is_dir():
            return tuple(paths)
        files = sorted(file for file in paths[0].iterdir() if file.is_file())
    except OSError as error:
        raise CorpusError(f"{paths[0]}: {error.strerror}; expected a readable folder") from None
    return _choose_parts(paths[0], [file for file in files if file.name[0] != "."])


def read_corpus(paths: Sequence[Path], limit: int, vocabulary: Vocabulary | None = None) -> Corpus:
    """The corpus of a folder or of one to three files, as `find_files` takes them.

    Of a single file, the last 5 % of the lines are for test, the 5 % before them for validation.
    The training file decides whether all are prepared; the training part alone is counted.

    Args:
      paths: the folder or files.
      limit: the most words of a new vocabulary, 3 or more.
      vocabulary: a model's own, to be used instead.

    Raises:
      CorpusError: a file can't be used, a part is missing, or the limit is too low.
    """
    files = find_files(paths)
    prepared = is_prepared(files[0])
    parts = [_read_lines(file, prepared) for file in files]
    if len(files) == 1:
        parts = _cut(parts[0], files[0])
    train, valid, *test = (list(chain.from_iterable(part)) for part in parts)
    vocabulary = vocabulary or count_vocabulary(train, limit)
    encode = vocabulary.encode
    return Corpus(
        vocabulary, encode(train), encode(valid), encode(test[0]) if test else None, prepared
    )


def _choose_parts(folder: Path, files: list[Path]) -> tuple[Path, ...]:
    chosen: list[Path] = []
    missing = []
    for part, patterns in _PATTERNS.items():
        fits = ([file for file in files if fnmatchcase(file.name.lower(), p)] for p in patterns)
        found = next(filter(None, fits), [])
        if len(found) > 1 or set(found) & set(chosen):
            raise CorpusError(
                f"{folder}: {', '.join(file.name for file in found)} could be the {part} file; "
                f"expected one {patterns[0]}; name the files themselves: train, valid, test"
            )
        if not found and part != "test":
            missing.append(patterns[0])
        chosen += found
    if missing:
        raise CorpusError(
            f"{folder}: no {' and no '.join(missing)}; "
            "expected *train*.txt, *valid*.txt and maybe *test*.txt, or name the files"
        )
    return tuple(chosen)


def _cut(lines: list[list[str]], path: Path) -> list[list[list[str]]]:
    """The lines for train, valid and test."""
    if len(lines) < _FEWEST_LINES:
        raise CorpusError(
            f"{path}: {len(lines)} lines with words; expected {_FEWEST_LINES} or more, or 2 files"
        )
    held_out = len(lines) // _FEWEST_LINES
    return [lines[: -2 * held_out], lines[-2 * held_out : -held_out], lines[-held_out:]]


def _read_lines(path: Path, prepared: bool) -> list[list[str]]:
    split = (split_line(line, prepared) for line in _read_text(path).split("\n"))
    lines = [[*words, EOS] for words in split if words]
    if not lines:
        raise CorpusError(f"{path}: empty; expected {_WANTED}")
    return lines


def _read_text(path: Path) -> str:
    """A file's text, without a byte order mark and with line ends as "\\n"."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = _REASONS.get(type(error), error.strerror)
        raise CorpusError(f"{path}: {reason}; expected {_WANTED}") from None
    except UnicodeDecodeError:
        text = "\0"
    except ValueError as error:  # a zero character in the path
        raise CorpusError(f"{path}: {error}; expected {_WANTED}") from None
    if "\0" in text:
        raise CorpusError(f"{path}: looks like a binary file; expected {_WANTED}")
    return text.replace("\r\n", "\n").replace("\r", "\n")
