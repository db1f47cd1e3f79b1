"""What a policy's run was told, and the table it learns from. Needs no torch."""

from __future__ import annotations

from shinko.rl.settings import LearnSettings
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.tables.automaton import Automaton, compile_table, fingerprint
from shinko.tables.builtin import playable_table


def run_settings(folder: RunFolder) -> LearnSettings:
    """What a run was told.

    Raises:
      RunError: there is no run, or its settings are damaged; the message names the file.
    """
    if "dial" in folder.settings():
        raise RunError(
            f"{folder.settings_path}: no [learn]; expected a run of 'shinko learn', and this is "
            "one of 'shinko dial'"
        )
    return folder.part("learn", LearnSettings)


def run_table(folder: RunFolder, settings: LearnSettings) -> Automaton:
    """The table that a run was begun with.

    Raises:
      ShinkoError: it can't be read, or it is another one now.
    """
    automaton = learning_table(settings)
    if fingerprint(automaton) != folder.settings().get("table_sha256"):
        raise RunError(
            f"table '{settings.table}' is not what {folder.path} was begun with; put it back, or "
            "train into another folder with `out`"
        )
    return automaton


def learning_table(settings: LearnSettings) -> Automaton:
    """The compiled table of a training; see `playable_table`."""
    return compile_table(playable_table(settings.table).shortened(settings.order))
