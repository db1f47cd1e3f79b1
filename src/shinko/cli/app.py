"""The command's parts, and how errors end.

Results go to standard output, progress and errors to standard error. A wrong input ends in one
line and exit code 1, a wrong usage in one line and 2, Ctrl-C in one line and 130.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import click
import typer

from shinko import __version__
from shinko.cli.compose import compose_command
from shinko.cli.demo import demo_command
from shinko.cli.dial import dial_command
from shinko.cli.evaluate import evaluate_command
from shinko.cli.explain import best_command, explain_command, suggest_command
from shinko.cli.learn import learn_command
from shinko.cli.lm import app as lm
from shinko.cli.optimum import forecast_command, optimum_command
from shinko.cli.streams import flush_or_drop, mend_streams, one_line
from shinko.cli.study import study_command
from shinko.cli.tables import app as tables
from shinko.errors import ShinkoError

app = typer.Typer(
    name="shinko",
    help="Compose chord progressions that were learned by reinforcement from chord statistics.",
    epilog="Start with: shinko compose --key 'F# minor'. More on each: shinko COMMAND --help.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("compose")(compose_command)
app.command("explain")(explain_command)
app.command("suggest")(suggest_command)
app.command("best")(best_command)
app.command("learn")(learn_command)
app.command("dial")(dial_command)
app.command("evaluate")(evaluate_command)
app.command("optimum")(optimum_command)
app.command("forecast")(forecast_command)
app.command("study")(study_command)
app.add_typer(tables, name="tables")
app.add_typer(lm, name="lm")
app.command("demo")(demo_command)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
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
        code = app(arguments, prog_name="shinko", standalone_mode=False) or 0
        flush_or_drop()
        return int(code)
    except ShinkoError as error:
        return _fail(str(error), 1)
    except click.exceptions.NoArgsIsHelpError:  # the help is on the screen already
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "shinko"
        message = error.format_message().rstrip(".")
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
        print(f"shinko: {one_line(message)}", file=sys.stderr)
    return code
