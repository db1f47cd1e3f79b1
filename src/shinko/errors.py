"""The one error that faces turn into one line: the value, what was expected, the way out."""


class ShinkoError(Exception):
    """What the user gave or has can't be used; the message is one line and says the way out."""
