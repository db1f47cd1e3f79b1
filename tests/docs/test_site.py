"""The site builds strictly, its links hold, and nothing on it comes from another host."""

import ast
import re
import subprocess
import sys

import pytest
from pages import PAGES, ROOT, blocks_of

import build_site
import site_links

REFERENCE = {
    name
    for page in ROOT.glob("docs/reference/*.md")
    for name in re.findall(r"^::: (\S+)$", page.read_text("utf-8"), re.MULTILINE)
}


def write_site(folder, **pages):
    for name, html in pages.items():
        path = folder / name.replace("_", "/") / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, "utf-8")
    (folder / "index.html").write_text('<a href="a/">a</a>', "utf-8")


def test_the_site_builds_and_all_its_links_hold():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "build_site.py"], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ('<a href="../b/">b</a>', "a/index.html: ../b/ leads nowhere"),
        ('<h1 id="x">x</h1><a href="#y">y</a>', "a/index.html: #y leads to no anchor of that page"),
        ('<script src="//cdn.test/x.js"></script>', "//cdn.test/x.js is loaded from another host"),
        ('<img src="http://a.test/x.png">', "http://a.test/x.png is loaded from another host"),
        ("<style>@import 'http://a.test/x.css';</style>", "is loaded from another host"),
        ('<p style="background: url(http://a.test/x)">', "is loaded from another host"),
        ('<link rel="preconnect" href="http://a.test">', "is loaded from another host"),
        ('<img src="x.svg">', "a/index.html: x.svg is loaded and isn't there"),
        ("<p>```text</p>", "a/index.html: a block of code isn't shown as one"),
        ('<pre class="mermaid">', "mermaid loads a program from another host"),
    ],
)
def test_what_a_page_promises_and_does_not_keep_is_told(html, problem, tmp_path):
    write_site(tmp_path, a=html)
    (found,) = build_site.problems(tmp_path)
    assert problem in found


def test_a_page_that_no_link_leads_to_is_told(tmp_path):
    write_site(tmp_path, a="", lost="")
    assert list(build_site.problems(tmp_path)) == ["lost/index.html: no link leads there"]


def test_a_style_sheet_loads_nothing_from_another_host(tmp_path):
    write_site(tmp_path, a="")
    (tmp_path / "x.css").write_text("a { b: url(data:x) } @import url(https://a.test/y.css);")
    (found,) = build_site.problems(tmp_path)
    assert found == "x.css: https://a.test/y.css is loaded from another host"


def test_links_that_hold_are_no_problem(tmp_path):
    write_site(
        tmp_path,
        a='<h2 id="聴く">x</h2><a href="https://a.test/">x</a><a href="mailto:a@a.test">x</a>'
        '<a href="b/#c">c</a><img src="data:image/png;base64,">',
        a_b='<i id="c"></i><a href="../#%E8%81%B4%E3%81%8F">up</a><a href="../../">home</a>',
    )
    assert list(build_site.problems(tmp_path)) == []


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("../README.md#install", "overview.md#install"),  # from docs/
        ("../../README.ja.md", "../overview.ja.md"),  # from docs/ja/
        ("CHANGELOG.md", "changelog.md"),  # from a file of the root, shown in docs/
        ("docs/lead-sheet.svg", "lead-sheet.svg"),
        ("../src/shinko/rl/reference.py", "reference/rl.md#shinko.rl.reference"),
        ("src/shinko/planning/__init__.py", "reference/planning.md#shinko.planning"),
        ("method.md#9-what-is-recorded", "method.md#9-what-is-recorded"),
        ("../method.md", "../method.md"),
        ("https://a.test/README.md", "https://a.test/README.md"),
        ("#install", "#install"),
    ],
)
def test_links_out_of_docs_lead_to_pages_of_the_site(link, leads_to):
    assert site_links.on_site(link, site_links.included(ROOT / "docs")) == leads_to


def test_every_module_that_the_docs_import_is_in_the_reference():
    imported = {
        node.module
        for page in PAGES
        for block in blocks_of(page)
        if block.kind == "python"
        for node in ast.walk(ast.parse(block.content))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shinko.")
    }
    assert imported
    assert imported <= REFERENCE
