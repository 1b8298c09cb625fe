"""`streamer train …`: the commands that make the models; they live in the checkout, not in the wheel."""

from __future__ import annotations

import sys
from difflib import get_close_matches

import typer

EVERYTHING = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
"""Hands every argument on, `--help` too."""


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("train", context_settings=EVERYTHING, add_help_option=False)(train)


def train(context: typer.Context) -> int:
    """Make the models: render, train, export (in a checkout, with the extra `train`).

    Example: streamer train --help
    """
    from streamer.errors import ConfigError
    from streamer.places import PACKAGE

    checkout = PACKAGE.parent
    if not (checkout / "models" / "training").is_dir():
        raise ConfigError("train: the training code is not in the wheel; clone the project and run it there")
    if str(checkout) not in sys.path:
        sys.path.insert(0, str(checkout))
    try:
        from models.training.cli import app as training

        training.rich_markup_mode = None
        command = typer.main.get_command(training)
        _check_step(context.args, list(command.commands))  # type: ignore[attr-defined]
        status = command.main(args=list(context.args), prog_name="streamer train", standalone_mode=False)
    except ModuleNotFoundError as error:
        raise ConfigError(f"train: {error.name} is missing: pip install -e '.[train]'") from error
    return status if isinstance(status, int) else 0


def _check_step(given: list[str], known: list[str]) -> None:
    """Refuse the name of a step that there is not; the nearest is told for a typo.

    Raises
    ------
    ConfigError
        There is no such step.
    """
    from streamer.errors import ConfigError

    if given and not given[0].startswith("-") and given[0] not in known:
        near = get_close_matches(given[0], known, 1)
        allowed = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
        raise ConfigError(f"train {given[0]}: no such command; {allowed}")
