"""How something is asked for, told once: options, JSON, JSON Schema and the docs derive from it."""

from shinko.request.field import RequestField
from shinko.request.fields import Request, asked, fields_of, part
from shinko.request.reading import change, read_request, written

__all__ = [
    "Request",
    "RequestField",
    "asked",
    "change",
    "fields_of",
    "part",
    "read_request",
    "written",
]
