"""Recurrent networks from their equations; no module here knows music.

`light` (numpy alone) composes, `shapes` says what the weights look like; everything else here
trains, and needs torch.
"""
