"""The four Hooktheory CSVs, downloaded once into the user's data folder.

Their licence is unknown, so they are no part of this project; their checksums are.
Source: Amit Kohli's dump of the Hooktheory API (2014), GitHub DataStrategist/
Musical-chord-progressions, at its commit of the files' last change.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shinko.fetching.download import fetch_files
from shinko.fetching.places import data_folder

SOURCE = (
    "https://raw.githubusercontent.com/DataStrategist/Musical-chord-progressions"
    "/4a001c00b8311cbffba56a8ad94b75f9e7dda9cb/"
)
# SHA-256 of each file: 1,273, 36,635, 209,032 and 224,199 bytes.
CHECKSUMS: Mapping[str, str] = {
    "chord.1stL.csv": "b970ddc01a7eb408987bc4739b47b09f2e69de579132e1073520f63e3f0bdf37",
    "chord.2ndL.csv": "d782196cfd88632dafea265e7a54539cd5de41db19efe609e36e8350d8fb6852",
    "chord.3rdL.csv": "d9de243e60b2dcf71af6af44637d7c667cfc2cf62059474b264e118a05f2ea5c",
    "chord.4thL.csv": "85ebae22ab1f58697ed09a6bfa5afd9a519cd2b05d3baf52b17a2d4683bea83e",
}
FOLDER = "hooktheory"
OWN_COPY = "give the path of your own copy with `table` PATH"


def fetch_hooktheory(
    folder: Path | None = None,
    *,
    base_url: str = SOURCE,
    checksums: Mapping[str, str] = CHECKSUMS,
    **how: Any,
) -> Path:
    """Downloads the CSVs that aren't there yet, as `fetch_files` does.

    Args:
      folder: where to put them; by default `hooktheory` in the data folder.
      base_url: the address that the file names are appended to.
      checksums: SHA-256 in hexadecimal of each file, by name.
      how: progress, limits and clock of `fetch_files`.

    Returns:
      The folder.

    Raises:
      FetchError: as `fetch_files`.
    """
    folder = folder if folder is not None else data_folder() / FOLDER
    return fetch_files(folder, base_url, checksums, kind="a CSV", own_copy=OWN_COPY, **how)
