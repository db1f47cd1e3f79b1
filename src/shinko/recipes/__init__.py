"""Whole jobs, end to end: learn, compose."""
