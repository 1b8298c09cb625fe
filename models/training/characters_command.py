"""Everything from fonts and labelled pictures to a shipped character classifier, in one command that can be resumed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.training.character_networks import NETWORKS
from models.training.characters import HELD_OUT_SETS, RealCharacters, RenderedCharacters, link_fonts
from models.training.shards import write_in_parallel, write_shards
from models.training.train_characters import CharacterRun, export, train
from streamer.errors import ConfigError
from streamer.places import config_dir, models_dir

SHARD = 5000
VALIDATION_SEED = 7001


def characters(
    data: Annotated[Path, typer.Option(help="Folder of the real data: detect/, crops/, backgrounds/.")],
    fonts: Annotated[list[Path], typer.Option(help="Folder of font files, repeatable.")],
    folder: Annotated[Path, typer.Option(help="The run's folder; a run in it goes on.")],
    network: Annotated[str, typer.Option(help="simple or mobilenet.")] = "simple",
    samples: Annotated[
        Path | None, typer.Option(help="Folder of samples, to share between runs; FOLDER/samples.")
    ] = None,
    count: Annotated[int, typer.Option(help="Drawn characters to train on.", min=100)] = 150_000,
    workers: Annotated[int, typer.Option(help="Processes that draw.", min=1)] = 2,
    epochs: Annotated[int, typer.Option(help="Epochs at most.", min=1)] = 60,
    steps_per_epoch: Annotated[int, typer.Option(help="Batches an epoch.", min=1)] = 400,
    out: Annotated[Path | None, typer.Option(help="Folder for model, card and plots; the project's models/.")] = None,
) -> None:
    """Train a character classifier of the segments reader.

    Example: streamer train characters --data ../shared/data --fonts fonts/ --folder runs/simple --network simple
    """
    if network not in NETWORKS:
        raise ConfigError(f"--network: {network!r} is no network (one of {', '.join(NETWORKS)})")
    place = samples or folder / "samples"
    prepare(place, data, [*fonts, data / "fonts"], count, workers)
    run = CharacterRun(network=network, epochs=epochs, steps_per_epoch=steps_per_epoch)
    model = train(folder, place / "rendered", place / "real", place / "validation", run)
    held_out = {"held-out-fonts": place / "held-out-fonts", "held-out-sources": place / "held-out-sources"}
    card = {
        "data": f"plates drawn with open fonts; real plates of shared/data, but not {', '.join(HELD_OUT_SETS)}",
        "licence": "MIT; real data under the licences that its manifest names (CC BY: Open Images among them)",
    }
    path = export(folder, model, place / "rendered", held_out, out or models_dir(), card)
    typer.echo(path)


def prepare(place: Path, data: Path, fonts: list[Path], count: int, workers: int) -> None:
    """Write the samples that are not there yet: to train on, to stop early by, and held out."""
    size = min(SHARD, count)
    drawn = RenderedCharacters(
        link_fonts(fonts, False, place / "fonts"), config_dir() / "formats", data / "backgrounds"
    )
    unseen = RenderedCharacters(link_fonts(fonts, True, place / "other-fonts"), drawn.formats, drawn.photos)
    write_in_parallel(place / "rendered", -(-count // size), size, drawn, 1, workers)
    write_shards(place / "validation", 0, 1, size, drawn, VALIDATION_SEED)
    write_shards(place / "held-out-fonts", 0, 1, size, unseen, VALIDATION_SEED + 1)
    write_shards(place / "real", 0, 1, min(20_000, count), RealCharacters(data, held_out=False), 1)
    write_shards(place / "held-out-sources", 0, 1, min(20_000, count), RealCharacters(data, held_out=True), 1)
