"""The schema of a request, held against what is really read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shinko.cli.schema import requests
from shinko.errors import ShinkoError
from shinko.request import fields_of, read_request, written
from shinko.request.schema import schema_of
from shinko.rl.settings import LearnSettings
from shinko.songwriting.requests import ComposeRequest

REQUESTS = dict(requests())


@pytest.mark.parametrize("name", REQUESTS)
def test_every_command_has_a_schema_that_its_own_request_keeps_to(name):
    kind = REQUESTS[name]
    schema = schema_of(kind, name)
    Draft202012Validator.check_schema(schema)
    known = [one.name for one in fields_of(kind)]
    assert [one for one in schema["properties"] if one in known] == known
    assert all(one["description"] for one in schema["properties"].values())
    if not schema["required"] and name != "originality":
        Draft202012Validator(schema).validate(written(read_request(kind, {})))


def refusal(kind, values) -> str:
    """Why a request isn't read; "" if it is."""
    try:
        read_request(kind, values)
    except ShinkoError as error:
        return str(error)
    return ""


SCALARS = st.none() | st.booleans() | st.integers(-3, 70) | st.floats(-2, 3) | st.text(max_size=3)
LEARN = st.dictionaries(
    st.sampled_from([*(one.name for one in fields_of(LearnSettings)), "schema", "preset", "other"]),
    SCALARS | st.sampled_from(["lstm", "rnn", "poster", "linear", "bonus"]),
    max_size=3,
)
# What a schema can't tell: the words of a reward, settings that are too little together, and what
# goes with a memory alone.
BESIDE = ("`reward`", "`batch`", "`beta", "table", "`copies`", "`chain_share`", "`input`")


@given(LEARN)
def test_what_the_schema_refuses_is_refused_and_the_other_way_round(values):
    # To a schema 3.0 is a whole number; a request wants it written as one.
    values = {n: v + 0.5 if isinstance(v, float) and v == int(v) else v for n, v in values.items()}
    valid = Draft202012Validator(schema_of(LearnSettings, "learn")).is_valid(values)
    told = refusal(LearnSettings, values)
    assert valid == (told == "") or told.startswith(BESIDE)


COMPOSE = {
    "length": st.integers(-1, 70),
    "epoch": st.none() | st.integers(0, 3),
    "run": st.none() | st.text(max_size=2),
    "differ": st.none() | st.integers(-1, 3),
    "form": st.sampled_from(["", "AABA"]),
    "formats": st.lists(st.sampled_from(["midi", "pdf", "doc"]), min_size=1, max_size=2),
    "no_repeat": st.booleans() | st.just("yes"),
    "ending": st.none() | st.booleans(),
    "seed": st.none() | st.integers(-1, 2**63),
}


@given(st.fixed_dictionaries({}, optional=COMPOSE))
def test_fields_that_need_one_another_are_in_the_schema(values):
    valid = Draft202012Validator(schema_of(ComposeRequest, "compose")).is_valid(values)
    assert valid == (refusal(ComposeRequest, values) == "")
