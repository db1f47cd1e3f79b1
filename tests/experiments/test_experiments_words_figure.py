"""The figure of a comparison, where a model's name is anything."""

import pytest
from lxml import etree

pytest.importorskip("matplotlib")

from shinko.experiments.words.figure import Curve, draw_perplexities


def test_a_model_s_name_may_have_any_characters():
    svg, _ = draw_perplexities([Curve("a\x1b\ufffe$\ud800_", (9.0, 9.0), (9.0, 8.0), 2)])
    etree.fromstring(svg)
