"""`streamer train …`: the commands that make the models; they live in the checkout, not in the wheel."""

from __future__ import annotations

import sys

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
        status = command.main(args=list(context.args), prog_name="streamer train", standalone_mode=False)
    except ModuleNotFoundError as error:
        raise ConfigError(f"train: {error.name} is missing: pip install -e '.[train]'") from error
    return status if isinstance(status, int) else 0
