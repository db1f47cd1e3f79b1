"""Whole jobs that a researcher asks for: learn, dial, evaluate, optimum, study, words."""
