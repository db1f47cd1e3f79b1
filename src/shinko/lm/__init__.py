"""Word language models: corpora, training, perplexity, text.

Conventions: T steps of a window, B streams, V words, H hidden units; time first, (T, B). Losses
and surprisals are in nats; a perplexity is e to the mean surprisal.
"""
