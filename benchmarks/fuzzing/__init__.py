"""Damaged inputs for all readers: see benchmarks/fuzz.py."""
