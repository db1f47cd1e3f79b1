"""Word language models, end to end: fetch, train, evaluate, sample, compare."""
