"""Building XML: elements in one call, and text that can't break it."""

from xml.etree.ElementTree import Element, indent, tostring

from shinko.printable import in_one_line


def node(tag: str, *content: "Element | str | int | None", **attributes: str | int) -> Element:
    """An element with children or text; None is left out.

    An underscore in an attribute's name is a hyphen, at its end it is dropped; two are a colon:
    `xml__lang`, `new_system`, `type_`.
    """
    element = Element(tag)
    for name, value in attributes.items():
        name = name.rstrip("_").replace("__", ":").replace("_", "-")
        element.set(name, in_one_line(str(value)))
    for part in content:
        if isinstance(part, Element):
            element.append(part)
        elif part is not None:
            element.text = in_one_line(str(part))
    return element


def document(root: Element, *, doctype: str) -> bytes:
    """The XML file of a tree: UTF-8, a declaration, a line break after each element."""
    indent(root)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}\n'
    return (head + tostring(root, encoding="unicode") + "\n").encode()
