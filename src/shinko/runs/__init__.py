"""A run on disk: resolved settings, metrics, checkpoints, and what a resumed training needs.

    RUN/settings.toml                     what was asked for, defaults included
    RUN/metrics.jsonl                     one row an epoch
    RUN/checkpoints/epoch-000100.safetensors   weights at that epoch
    RUN/state.safetensors                 where the training stands: weights, optimizer, chance

Reading needs no torch. Nothing is ever unpickled.
"""
