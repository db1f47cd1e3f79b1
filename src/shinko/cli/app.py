"""The command's parts, and how errors end.

Results go to standard output, progress and errors to standard error. A wrong input ends in one
line and exit code 1, a wrong usage in one line and 2, Ctrl-C in one line and 130.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any

import click
import typer

from shinko import __version__
from shinko.cli.options import in_options
from shinko.cli.streams import flush_or_drop, mend_streams, print_lines, terminal_text
from shinko.errors import ShinkoError

# In the order of the help. Only the module of the command that is called is imported: all of them
# together would take longer than composing.
_COMMANDS = {
    "compose": "compose:compose_command",
    "render": "render:render_command",
    "explain": "explain:explain_command",
    "suggest": "suggest:suggest_command",
    "best": "best:best_command",
    "originality": "originality:originality_command",
    "learn": "learn:learn_command",
    "dial": "dial:dial_command",
    "evaluate": "evaluate:evaluate_command",
    "optimum": "optimum:optimum_command",
    "forecast": "optimum:forecast_command",
    "study": "study:study_command",
    "tables": "tables:app",
    "lm": "lm:app",
    "demo": "demo:demo_command",
    "doctor": "doctor:doctor_command",
    "schema": "schema:schema_command",
}


def make_app(names: Sequence[str] = tuple(_COMMANDS)) -> typer.Typer:
    """The command with some of its parts, by default all."""
    app = typer.Typer(
        name="shinko",
        help="Compose chord progressions that were learned by reinforcement from chord statistics.",
        epilog="Start with: shinko compose --key 'F# minor'. More on each: shinko COMMAND --help.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in names:
        module, attribute = _COMMANDS[name].split(":")
        part = getattr(import_module(f"shinko.cli.{module}"), attribute)
        if isinstance(part, typer.Typer):
            app.add_typer(part, name=name)
        else:
            app.command(name)(part)
    return app


def with_arguments_help(command: Any) -> Any:
    """The command with the help of its arguments, which click 8.5 takes from those of typer."""
    for one in getattr(command, "commands", {}).values():
        with_arguments_help(one)
    told = {one.name: one.sentence for one in getattr(command.callback, "fields", ())}
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            parameter.help = told.get(parameter.name)
    return command


def _show_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Run the command; never shows a traceback for what a user can mend.

    Returns:
      The exit code: 0, 1 wrong input, 2 wrong usage, 130 Ctrl-C.
    """
    mend_streams()
    try:
        # Not None where it exits early: after --help, by typer.Exit, at Ctrl-C.
        called = arguments[:1] if arguments and arguments[0] in _COMMANDS else _COMMANDS
        command = with_arguments_help(typer.main.get_command(make_app(tuple(called))))
        code = command(arguments, prog_name="shinko", standalone_mode=False) or 0
        flush_or_drop()
        return int(code)
    except ShinkoError as error:
        return _fail(str(error), 1)
    except click.exceptions.NoArgsIsHelpError:  # the help is on the screen already
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "shinko"
        # Newer versions of typer and click both ask what was meant.
        message = re.sub(r"( Did you mean [^?]*\?)\1", r"\1", error.format_message().rstrip("."))
        return _fail(f"{message}{'' if message.endswith('?') else ';'} see {path} --help", 2)
    except click.Abort:  # the end of the input at a question
        return _fail("no answer, so nothing was done", 1)
    except BrokenPipeError:  # shinko … | head
        return 1
    except MemoryError:
        return _fail("the memory is too small for this; take a smaller table, or less at once", 1)
    except OSError as error:
        what = error.filename or "output"
        return _fail(f"{what}: {error.strerror or error}; choose another place for it", 1)


def _fail(message: str, code: int) -> int:
    """Tell what went wrong, below whatever was printed before."""
    with suppress(OSError):
        flush_or_drop()
    with suppress(OSError):
        print_lines(f"shinko: {terminal_text(in_options(message))}", to_error=True)
    return code
