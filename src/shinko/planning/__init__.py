"""Finite-horizon decision processes, and all that is exact about them.

Tokens are opaque here: nothing in this room knows what they stand for. Needs numpy alone.

Conventions: T steps, S states, V tokens, M states of a memory, B sequences; sequences are (T, B).
"""
