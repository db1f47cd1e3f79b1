"""The memory that a training learns from, and that its run was begun with. Needs no torch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from shinko.rl.memory_reward import MemoryReward
from shinko.rl.settings import LearnSettings
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.tables.automaton import compile_table
from shinko.tables.builtin import playable_table
from shinko.tables.chain import SongChain
from shinko.tables.memories import Voices, borrowed_voice, voices_of


def learning_voices(settings: LearnSettings) -> Voices:
    """What the songs of a training's table play by in its mode.

    Raises:
      TableError: table or memory can't be read, or don't go together.
    """
    voices, table = voices_of(settings.table, settings.memory), playable_table(settings.table)
    if voices.vocabulary == table.vocabulary:
        return voices
    # Of published statistics, chords that lead nowhere are left out.
    own = borrowed_voice(compile_table(table), settings.memory)
    return replace(voices, vocabulary=table.vocabulary, voices={settings.table: own})


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


def voices_fingerprint(voices: Voices) -> str:
    """What tells one memory from another: SHA-256 of its chords and numbers."""
    digest = hashlib.sha256(json.dumps([voices.vocabulary, *voices.voices]).encode())
    for voice in voices.voices.values():
        recall = voice.recall
        for numbers in (voice.innovations, recall.stay, recall.slip, recall.entry):
            digest.update(numbers.tobytes())
        digest.update(json.dumps([recall.trust, voice.shun]).encode())
    return digest.hexdigest()
