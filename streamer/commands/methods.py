"""`streamer methods`: what finds plates and what reads them, and what of it can run here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from streamer.commands.options import AsJson, ConfigFile

if TYPE_CHECKING:
    from streamer.config import Config
    from streamer.methods import Method


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("methods")(methods)


def methods(config: ConfigFile = None, as_json: AsJson = False) -> int:
    """List the methods for --detector and --reader, and whether each can run here.

    Example: streamer methods
    """
    import json

    from rich.markup import escape
    from rich.table import Table

    from streamer.commands.terminal import quiet_process, table_console
    from streamer.config_file import load_config
    from streamer.methods import DETECTORS, READERS

    with quiet_process():
        settings = load_config(config)
        rows = _rows("detector", DETECTORS, settings) + _rows("reader", READERS, settings)
    if as_json:
        typer.echo("\n".join(json.dumps(row) for row in rows))
        return 0
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("option", "name", "how", "here"):
        table.add_column(title, no_wrap=title in ("option", "name"))
    for row in rows:
        table.add_row(*map(escape, (f"--{row['kind']}", row["name"], row["summary"], row["missing"] or "yes")))
    table_console().print(table)
    return 0


def _rows(kind: str, known: Mapping[str, Method[Any]], config: Config) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "name": name, "summary": method.summary, "missing": method.missing(config) or None}
        for name, method in known.items()
    ]
