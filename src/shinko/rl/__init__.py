"""Learning by reinforcement: rewards from tables, REINFORCE, diversity, selection.

Conventions: T steps, B episodes (progressions), V chords, S states of the table's automaton; time
first, (T, B). Entropies and returns of log-probability are in nats.
"""
