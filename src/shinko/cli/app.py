"""The command's entry: its parts, and how errors end.

Results go to standard output, progress and errors to standard error. A wrong input ends in one
line and exit code 1, a wrong usage with 2, Ctrl-C with 130.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from shinko import __version__
from shinko.cli.compose import compose_command
from shinko.cli.demo import demo_command
from shinko.cli.learn import learn_command
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
app.command("learn")(learn_command)
app.add_typer(tables, name="tables")
app.command("demo")(demo_command)


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command; never shows a traceback for what a user can mend."""
    try:
        app()
    except ShinkoError as error:
        print(f"shinko: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("shinko: interrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:  # shinko … | head
        sys.stderr.close()
        sys.exit(1)
