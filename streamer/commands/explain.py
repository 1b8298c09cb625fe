"""`streamer explain`: what a method saw at each step, as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from streamer.commands.options import ConfigFile, DetectorName, ReaderName


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("explain")(explain)


def explain(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="One image.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the pictures go.")] = Path("explained"),
    config: ConfigFile = None,
    detector: DetectorName = None,
    reader: ReaderName = None,
    display: Annotated[bool, typer.Option("--display", help="Step through them; any key goes on, q quits.")] = False,
) -> int:
    """Write a picture of every step from an image to its characters, and one sheet of them all.

    Example: streamer explain car.jpg --detector blackhat --reader segments:simple --out steps
    """
    from typing import Any

    from streamer.capture.stills import StillSource
    from streamer.commands.request import method_settings, settings_of
    from streamer.commands.terminal import quiet_process
    from streamer.delivery.display import check_screen
    from streamer.evaluation.explain import explain as write_steps
    from streamer.methods import make_detector, make_reader

    with quiet_process():
        settings = settings_of(config, method_settings(detector, reader))
        if display:
            check_screen()
        source = StillSource(str(image), settings.capture)
        source.open()
        frame = source.read()
        assert frame is not None
        finds: Any = make_detector(settings)
        reads: Any = make_reader(settings)
        files = write_steps(frame.image, finds, reads, out)
        if display:
            _step_through(files)
    typer.echo(f"{len(files)} pictures in {out}, all of them in {files[-1]}")
    return 0


def _step_through(files: list[Path]) -> None:
    """Show the pictures one after another, each until a key is pressed."""
    import cv2

    for file in files:
        picture = cv2.imread(str(file))
        assert picture is not None, "it was written just now"
        cv2.imshow("streamer explain", picture)
        if cv2.waitKey(0) & 0xFF == ord("q"):
            break
    cv2.destroyAllWindows()
