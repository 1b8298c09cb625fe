"""`streamer train clips`: the development and test clips, and the demonstration clip."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.training.clip_sets import SETS
from models.training.clips import SPLITS, Material, PlateSource, make_sets
from models.training.plates import PlateRenderer
from streamer.evaluation.datasets import load_dataset
from streamer.places import config_dir

STILLS = ("nl_petrov_mit", "in_jayati_ccby", "ccpd_sample_mit")
"""Real sets whose licences are clear; the clips made of them serve the set `stills`."""


def clips(
    data: Annotated[Path, typer.Option(help="Folder of the real data: backgrounds/, detect/.", exists=True)],
    fonts: Annotated[list[Path], typer.Option(help="Folder of font files, repeatable.", exists=True)],
    out: Annotated[Path, typer.Option(help="Folder to write: SPLIT/SET/*.mp4 with their truth.")],
    sets: Annotated[list[str] | None, typer.Option("--set", help=f"Only this one; of {', '.join(SETS)}.")] = None,
    split: Annotated[str, typer.Option(help=" or ".join(SPLITS))] = "develop",
    count: Annotated[int, typer.Option(help="Clips of each set.", min=1)] = 40,
    seconds: Annotated[float, typer.Option(help="Length of a clip.", min=0.5)] = 6.0,
    demo: Annotated[Path | None, typer.Option(help="Make the demonstration clip here instead.")] = None,
) -> None:
    """Film clips with truth: approach, pass, turn, stop, night, blur, low rates, crossing, occlusion, shake.

    Example: streamer train clips --data ../shared/data --fonts ../shared/data/fonts --out runs/clips --split test
    """
    from rich.console import Console
    from rich.progress import Progress

    if demo is not None:
        from models.training.clip_demo import make_demo

        typer.echo(make_demo(demo, fonts[0], config_dir() / "formats").path)
        return
    names = sets or list(SETS)
    stills = [image for name in STILLS for image in load_dataset(data / "detect" / name).images]
    material = Material(
        lambda seed: _plates(fonts, seed), tuple(sorted((data / "backgrounds").rglob("*.jpg"))), tuple(stills)
    )
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{split} clips", total=len(names) * count)
        made = make_sets(
            out, names, split, count, material, seconds=seconds, on_clip=lambda path: progress.advance(task)
        )
    typer.echo(f"{len(made)} clips in {out / split}")


def _plates(fonts: list[Path], seed: int) -> PlateSource:
    return PlateRenderer(fonts, config_dir() / "formats", seed, styles=12).render
