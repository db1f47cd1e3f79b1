"""What a kind of file is inside, so that it can be changed there and put together again.

A shape takes a seed apart into bytes or values, which `mutated` or `mutated_tree` change, and makes
a file of them again: most of its cases get past the first check, which changed bytes don't.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import tomli_w

from fuzzing.mutations import mutated
from fuzzing.trees import mutated_tree

Case = str | bytes
_LARGEST = 100_000  # bytes
# What the writers of JSON and TOML say to values that they can't write.
_UNWRITABLE = (TypeError, ValueError, AttributeError, LookupError, RecursionError)


@dataclass(frozen=True)
class Shape:
    """How files of a kind are taken apart.

    Attributes:
      apart: the inside of a file: bytes, or an object or list as JSON has them.
      together: the way back.
    """

    apart: Callable[[bytes], Any]
    together: Callable[[Any], bytes]


@dataclass(frozen=True)
class Seeds:
    """Valid inputs of one reader, and their shape if they have one."""

    inputs: Sequence[Case]
    shape: Shape | None = None

    @cached_property
    def insides(self) -> list[Case]:
        """What is inside of each; of values their JSON, from which a copy is made fastest."""
        assert self.shape is not None
        insides = [self.shape.apart(one) for one in self.inputs if isinstance(one, bytes)]
        return [one if isinstance(one, bytes) else json.dumps(one) for one in insides]

    def case(self, rng: random.Random) -> Case:
        """One of them, changed."""
        if self.shape is None or rng.random() < 0.4:
            return mutated(rng, self.inputs)  # type: ignore[type-var]
        inside = rng.choice(self.insides)
        if isinstance(inside, bytes):
            return self.shape.together(mutated(rng, self.insides))  # type: ignore[type-var]
        with suppress(*_UNWRITABLE):
            whole = self.shape.together(mutated_tree(rng, json.loads(inside)))
            if len(whole) <= _LARGEST:  # what is doubled again and again grows fast
                return whole
        return mutated(rng, self.inputs)  # type: ignore[type-var]


def json_text(tree: Any) -> bytes:
    """JSON with all that Python's writer lets through: NaN, halves of characters, names twice."""
    text = json.dumps(tree, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _json_lines(trees: Any) -> bytes:
    lines = trees if isinstance(trees, list) else [trees]
    return b"".join(json_text(line) + b"\n" for line in lines)


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def _zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("score.xml"), data)
    return packed.getvalue()


def _unzipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("score.xml")


def _tensors_apart(data: bytes) -> dict[str, Any]:
    """The header of a safetensors file as values, and what follows it as text."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    for name, text in header.get("__metadata__", {}).items():
        if text.startswith("{"):
            header["__metadata__"][name] = json.loads(text)
    return {"header": header, "body": data[8 + size :].decode("latin-1")}


def _tensors_together(inside: dict[str, Any]) -> bytes:
    header, body = inside["header"], inside["body"]
    metadata = header.get("__metadata__")
    if isinstance(metadata, dict):
        for name, value in metadata.items():
            if isinstance(value, dict):
                metadata[name] = json.dumps(value, ensure_ascii=False)
    text = json_text(header)
    content: bytes = body.encode("latin-1", "replace")
    return len(text).to_bytes(8, "little") + text + content


JSON = Shape(json.loads, json_text)
JSON_LINES = Shape(lambda data: [json.loads(line) for line in data.splitlines()], _json_lines)
GZIP = Shape(gzip.decompress, _packed)
ZIP = Shape(_unzipped, _zipped)
TENSORS = Shape(_tensors_apart, _tensors_together)


TOML = Shape(
    lambda data: tomllib.loads(data.decode()),
    lambda tree: str(tomli_w.dumps(tree)).encode("utf-8", "surrogatepass"),
)
