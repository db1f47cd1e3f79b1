"""Whole jobs that a songwriter asks for: compose, explain, suggest, compare with songs."""
