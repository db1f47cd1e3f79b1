"""How long the sections of a piece are, before anything is drawn.

Each says so itself, or the chords that are given do, or a template, or as many bars as it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

import numpy as np

from shinko.errors import FieldError, ShinkoError
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.forms import TEMPLATES
from shinko.songwriting.given import Given, settled_length
from shinko.songwriting.meter_grid import bar_of_meter
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.rhythm import Styles, likely_lengths
from shinko.songwriting.sections import Form, FormWord, form_words, read_form, told_lengths
from shinko.songwriting.usual import METER, MOST_COMPOSED
from shinko.songwriting.wishes import read_wishes
from shinko.theory import Key


def asked_form(request: ComposeRequest, given: Given | None) -> Form:
    """The sections that are asked for.

    Raises:
      FieldError: what is asked of their lengths can't be.
    """
    text, template = request.form, request.template
    if template:  # each section plays it; its chords are fewer than its slots
        if any(word.size for word in form_words(text)):
            raise FieldError(
                "form",
                text,
                f"no numbers beside `template` {template}, which tells how long sections are",
                "leave one of them out",
            )
        return read_form(text, request.differ, request.length or TEMPLATES[template].length)
    if given is None:
        return read_form(text, request.differ, request.slots, request.bars)
    words = told_lengths(form_words(text), text)
    first = next(iter(words.values()), FormWord(""))
    told = None if first.in_bars else first.size
    try:
        opening = settled_length(given, told or request.length, request.more)
    except FieldError as error:
        if told is None or error.field != "length":
            raise
        expected = f"{first.name} of {error.expected}"
        raise FieldError("form", text, expected, error.way_out) from None
    return read_form(text, request.differ, request.length or opening, opening=opening)


def check_modes(form: Form, keys: Mapping[str, Key], request: ComposeRequest) -> None:
    """Raises: FieldError, where a section begins as one of another mode does."""
    for name, key in keys.items():
        base = form.base(name)
        if base is not None and keys[base].mode != key.mode:
            raise FieldError(
                "keys",
                request.keys,
                f"a key in {keys[base].mode} of {name}, which begins as {base} does",
                "or name it otherwise",
            )


def of_bars(
    request: ComposeRequest,
    form: Form,
    books: Mapping[str, ChordBook],
    styles: Mapping[str, Styles],
) -> Form:
    """The form with as many chords as its bars have: as songs do, and as the wishes allow.

    Raises:
      ShinkoError: the wishes can't be kept to with any.
    """
    rng, grid = np.random.default_rng((request.seed, 2)), bar_of_meter(request.meter or METER).grid
    for name, bars in form.bars.items():
        refused, base = None, form.base(name)
        likely = likely_lengths(styles[name], bars, rng, min(MOST_COMPOSED, bars * len(grid)))
        if base is not None and form.bars.get(base) == bars:  # it goes on as A does
            likely = chain((form.length(base),), likely)
        for length in likely:
            try:
                tried = form.of_lengths({name: length})
                tried = replace(tried, differ=min(tried.differ, max(tried.lengths)))
                read_wishes(request.wishes, tried, books).constraints(name)
            except ShinkoError as error:
                refused = error
            else:
                form, refused = tried, None
                break
        if refused is not None:
            raise refused
    return form
