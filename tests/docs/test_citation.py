"""CITATION.cff names this version, and the work that the docs name as their sources."""

import re
import tomllib

import pytest
import yaml
from pages import ROOT

import shinko

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
REFERENCES = {
    (" ".join(author["family-names"] for author in work["authors"]), work["year"])
    for work in CITATION["references"]
}
METHOD = (ROOT / "docs" / "method.md").read_text("utf-8")
SOURCES = re.findall(r"^- ([^(\n]+) \((\d{4})\)\.", METHOD.partition("## Sources")[2], re.MULTILINE)


def test_the_version_and_the_licence_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert CITATION["version"] == project["version"] == shinko.__version__
    assert CITATION["license"] == project["license"]


@pytest.mark.parametrize(("names", "year"), SOURCES)
def test_what_the_docs_name_as_a_source_is_cited(names, year):
    families = re.sub(r"\b(van|de|Del) ", "", names.removesuffix(" et al.")).split(", ")
    cited = [authors.split() for authors, at in REFERENCES if at == int(year)]
    assert any(authors[: len(families)] == families for authors in cited)
