"""The memory that a training learns from, and that its run was begun with. Needs no torch."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from shinko.planning.process import Process
from shinko.rl.memory_reward import MemoryReward
from shinko.rl.settings import LearnSettings
from shinko.rl.terms import reward_terms
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.tables.chain import SongChain
from shinko.tables.look_ahead import look_ahead
from shinko.tables.memories import Voices, voices_of


def learning_voices(settings: LearnSettings) -> Voices:
    """What the songs of a training's table play by in its mode.

    Raises:
      TableError: table or memory can't be read, or don't go together.
    """
    return voices_of(settings.table, settings.memory)


def run_voices(folder: RunFolder, settings: LearnSettings) -> Voices:
    """The same of a run.

    Raises:
      ShinkoError: they can't be read, or are others now.
    """
    voices = learning_voices(settings)
    if voices_fingerprint(voices) != folder.settings().get("memory_sha256"):
        raise RunError(
            f"the memory of table '{settings.table}' is not what {folder.path} was begun with; put "
            "it back, or train into another folder with `out`"
        )
    return voices


def memory_reward(voices: Voices, reward: str) -> MemoryReward:
    """The reward of pieces that are each of one of these voices, all alike likely.

    Args:
      voices: of a table in a mode.
      reward: a term, or several with weights.
    """
    return MemoryReward.of(SongChain(tuple(voices.voices.values())), reward)


def memoryless_process(voices: Voices, reward: str) -> Process:
    """What these voices would play without remembering, and what that earns of a reward.

    Args:
      voices: of a table in a mode.
      reward: a term, or several with weights.
    """
    process, _ = look_ahead(tuple(voices.voices.values()), voices.vocabulary)
    logs = process.rewards_at(0)
    again = process.last_token[:, None] == np.arange(logs.shape[1])
    terms = {"log-probability": logs, "probability": np.exp(logs), "repetition": again}
    return process.rewarded(
        np.sum([weight * terms[name] for name, weight in reward_terms(reward).items()], axis=0)
    )


def voices_fingerprint(voices: Voices) -> str:
    """What tells one memory from another: SHA-256 of its chords and numbers."""
    digest = hashlib.sha256(json.dumps([voices.vocabulary, *voices.voices]).encode())
    for voice in voices.voices.values():
        recall = voice.recall
        for numbers in (voice.innovations, recall.stay, recall.slip, recall.entry):
            digest.update(numbers.tobytes())
        digest.update(json.dumps([recall.trust, voice.shun, voice.heat]).encode())
    return digest.hexdigest()
