"""Recurrent networks from their equations; no module here knows music.

`light` (numpy alone) composes; everything else here trains, and needs torch.
"""
