"""Names of an earlier version that keep working for one more, with a warning."""

import warnings


def keep_old_name(owner: type, old: str, new: str) -> None:
    """Let `old` still read the attribute `new` of a class's instances."""

    def read(instance: object) -> object:
        warnings.warn(
            f"{owner.__name__}.{old} is {owner.__name__}.{new} now; the old name goes in 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(instance, new)

    setattr(owner, old, property(read, doc=f"The name of `{new}` in 0.1."))
