"""`streamer train characters`: from fonts and labelled pictures to a character classifier and its card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.training.characters import HELD_OUT_SETS, RealCharacters, RenderedCharacters, link_fonts
from models.training.shards import write_in_parallel, write_shards
from streamer.errors import ConfigError
from streamer.places import config_dir, models_dir
from streamer.reading.classifier import CLASSIFIERS

SHARD = 5000
REAL = 40_000
"""Real characters at most."""

HELD_OUT = (
    "held-out-fonts: plates drawn in font families that no training plate has, one in six by a hash of the name; "
    f"held-out-sources: the real plates of {' and '.join(HELD_OUT_SETS)}, of which nothing was trained on"
)
MEASURE = (
    "int8 model, characters as the segmenting reader cuts them, of drawn ones those that it cut out whole and alone; "
    "accuracy: every mistake counts; "
    "accuracy_o_as_0_and_i_as_1: O and 0 count as one, and so do I and 1, as many plates draw them alike and only the "
    "format of the plate tells which is meant: the classifier gives both their share, and the vote decides; "
    "refused: pieces that are no character and are left out; characters_lost: characters left out with them"
)

OTHER_SEED = 7001
"""Of the plates that are drawn to validate and to measure with."""


def characters(
    data: Annotated[Path, typer.Option(help="Folder of the real data: detect/, crops/, backgrounds/.", exists=True)],
    fonts: Annotated[list[Path], typer.Option(help="Folder of font files, searched below; repeatable.", exists=True)],
    out: Annotated[Path, typer.Option(help="Folder of the run; a run in it goes on.")],
    network: Annotated[str, typer.Option(help=" or ".join(CLASSIFIERS))] = "simple",
    samples: Annotated[Path | None, typer.Option(help="Folder of the samples, if several runs share it.")] = None,
    models: Annotated[Path | None, typer.Option(help="Folder for model, card and plots, if not the project's.")] = None,
    count: Annotated[int, typer.Option(help="Drawn characters to train on.", min=100)] = 90_000,
    epochs: Annotated[int, typer.Option(help="Epochs at most; it stops early.", min=1)] = 16,
    steps_per_epoch: Annotated[int, typer.Option(help="Batches an epoch.", min=1)] = 400,
    learning_rate: Annotated[float, typer.Option(help="At the start; it falls to almost none.", min=0)] = 2e-3,
    start: Annotated[Path | None, typer.Option(help="Weights of an earlier run to start from.", exists=True)] = None,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 1,
    workers: Annotated[int, typer.Option(help="Processes that draw.", min=1)] = 2,
    threads: Annotated[int, typer.Option(help="CPU threads of the training.", min=1)] = 1,
) -> None:
    """Draw, cut out, train, measure and export a character classifier; the same command goes on where it stopped.

    Example: streamer train characters --data ../shared/data --fonts ../shared/data/fonts --out runs/simple
    """
    if network not in CLASSIFIERS:
        raise ConfigError(f"--network: {network!r} is no network (one of {', '.join(CLASSIFIERS)})")
    place = samples or out / "samples"
    prepare(place, data, fonts, count, seed, workers)
    import tensorflow as tf

    from models.training.character_batches import CharacterRun
    from models.training.release import READER_SOURCES, SOURCES
    from models.training.train_characters import export, train

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    run = CharacterRun(
        network=network,
        epochs=epochs,
        steps_per_epoch=steps_per_epoch,
        learning_rate=learning_rate,
        start=str(start or ""),
        seed=seed,
    )
    model = train(out, place / "rendered", place / "real", place / "validation", run)
    held_out = {"held-out-fonts": place / "held-out-fonts", "held-out-sources": place / "held-out-sources"}
    unused = (*HELD_OUT_SETS, "romania_mit")
    used = [source for source in (*SOURCES, *READER_SOURCES) if not source.startswith(unused)]
    card = {"data": used, "licence": "MIT", "held_out": HELD_OUT, "measure": MEASURE}
    typer.echo(export(out, model, place / "rendered", held_out, models or models_dir(), card))


def prepare(place: Path, data: Path, fonts: list[Path], count: int, seed: int, workers: int) -> None:
    """Write the samples that are not there yet: to train on, to stop early by, and held out."""
    size = min(SHARD, count)
    formats = config_dir() / "formats"
    drawn = RenderedCharacters(link_fonts(fonts, False, place / "fonts"), formats, data)
    unseen = RenderedCharacters(link_fonts(fonts, True, place / "other-fonts"), formats, data, font_files_only=True)
    write_in_parallel(place / "rendered", -(-count // size), size, drawn, seed, workers)
    write_shards(place / "validation", 0, 1, size, drawn, OTHER_SEED)
    write_shards(place / "held-out-fonts", 0, 1, size, unseen, OTHER_SEED + 1)
    write_shards(place / "real", 0, 1, min(REAL, count), RealCharacters(data, held_out=False), seed)
    write_shards(place / "held-out-sources", 0, 1, min(REAL, count), RealCharacters(data, held_out=True), seed)
