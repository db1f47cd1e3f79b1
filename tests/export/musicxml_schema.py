"""The official MusicXML 4.0 schema, as the package `musicxml` carries it."""

import tempfile
from importlib.metadata import files
from pathlib import Path

# It imports two others by their addresses on the web. The parts of them that MusicXML refers to:
IMPORTED = {
    "xml.xsd": (
        "http://www.w3.org/XML/1998/namespace",
        {"lang": "xs:language", "space": "xs:NCName"},
    ),
    "xlink.xsd": (
        "http://www.w3.org/1999/xlink",
        dict.fromkeys(("href", "type", "role", "title", "show", "actuate"), "xs:string"),
    ),
}


def load_schema():
    """The schema, for `assertValid`."""
    from lxml import etree

    (official,) = (f for f in files("musicxml") or () if f.name == "musicxml_4_0.xsd")
    text = Path(str(official.locate())).read_text("utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, (namespace, attributes) in IMPORTED.items():
            told = "".join(f'<xs:attribute name="{a}" type="{t}"/>' for a, t in attributes.items())
            (folder / file).write_text(
                '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
                f'targetNamespace="{namespace}">{told}</xs:schema>'
            )
        local = text.replace("http://www.musicxml.org/xsd/", "")
        (folder / "musicxml.xsd").write_text(local, "utf-8")
        return etree.XMLSchema(file=str(folder / "musicxml.xsd"))
