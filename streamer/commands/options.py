"""Options that several commands share, spelled once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from streamer import __version__


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"streamer {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "-c", "--config", metavar="FILE", help="YAML configuration; default: the project's config/default.yaml."
    ),
]
DetectorName = Annotated[
    str | None, typer.Option("--detector", metavar="NAME", help="Which method finds plates; see `streamer methods`.")
]
ReaderName = Annotated[
    str | None, typer.Option("--reader", metavar="NAME", help="Which method reads them; see `streamer methods`.")
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region", metavar="CODE", help="Expected plate format, such as sk or us-ca; repeatable; default any."
    ),
]
Threads = Annotated[
    str | None, typer.Option("--threads", metavar="N", help="CPU threads for inference.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else on stdout.")]
Verbose = Annotated[int, typer.Option("-v", "--verbose", count=True, help="More log lines; twice for all.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Errors only.")]
