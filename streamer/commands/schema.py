"""`streamer schema`: what a line of `--json` looks like."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("schema")(schema)


def schema() -> int:
    """Print the JSON schema of the lines that `streamer run --json` prints.

    Example: streamer schema > streamer.schema.json
    """
    import json

    from streamer.delivery.records import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))
    return 0
