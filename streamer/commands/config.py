"""`streamer config`: check a configuration file, or print the schema of one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("config")(config)


def config(
    check: Annotated[Path | None, typer.Option("--check", metavar="FILE", help="Check this file and exit.")] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema, for editors.")] = False,
) -> int:
    """Check a configuration file, or print the schema of one; without an option, print where the default one lies.

    Example: streamer config --check cameras.yaml
    """
    import json

    from streamer.commands.request import settings_of
    from streamer.commands.terminal import quiet_process
    from streamer.config import Config
    from streamer.places import config_dir

    if schema:
        typer.echo(json.dumps(Config.model_json_schema(), indent=2))
    if check is not None:
        with quiet_process():
            settings_of(check, {})
        typer.echo(f"{check}: ok")
    if check is None and not schema:
        typer.echo(str(config_dir() / "default.yaml"))
    return 0
