"""The command line: which commands there are, and how every fault reaches the user as one line and an exit status.

What a command needs is imported when it runs, so that `streamer --version` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches

import typer

from streamer.commands import bench, compare, config, doctor, evaluate, explain, methods, run, schema, train
from streamer.commands.options import Version
from streamer.commands.stopping import INTERRUPTED
from streamer.errors import ConfigError, StreamerError

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def _streamer(
    context: typer.Context,
    version: Version = False,
) -> None:
    """Reads number plates from a camera or a video: one correct reading for each vehicle.

    Example: streamer run gate.mp4
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for _command in (run, methods, doctor, explain, compare, evaluate, bench, config, schema):
    _command.add_to(app)
train.add_to(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Parameters
    ----------
    arguments
        What follows the program's name; None takes the process's own.
    """
    command = typer.main.get_command(app)
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = command.main(args=given, prog_name="streamer", standalone_mode=False)
    except ConfigError as error:
        return _say(error.faults, error.exit_code)
    except StreamerError as error:
        return _say(str(error).splitlines(), error.exit_code)
    except typer.TyperException as error:
        return _say([_usage_fault(error, given)], ConfigError.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    return status if isinstance(status, int) else 0


def _say(lines: Sequence[str], status: int) -> int:
    for line in lines:
        print(f"streamer: {line}", file=sys.stderr)
    return status


def _usage_fault(error: typer.TyperException, given: Sequence[str]) -> str:
    """Return what Typer says about wrong arguments as one line, with the nearest name for a typo."""
    text = " ".join(error.format_message().split()).rstrip(".")
    option = getattr(error, "option_name", None)
    if option is not None and text.startswith("No such option"):
        known = [name for parameter in error.ctx.command.params for name in parameter.opts]  # type: ignore[attr-defined]
        near = get_close_matches(option, known, 1)
        return f"{option}: no such option" + (f"; did you mean {near[0]}?" if near else "")
    if given and text.startswith("No such command"):
        near = get_close_matches(given[0], [command.name for command in app.registered_commands], 1)
        return f"{given[0]}: no such command" + (f"; did you mean {near[0]}?" if near else "")
    return text[:1].lower() + text[1:]
