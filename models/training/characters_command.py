"""`streamer train characters`: from fonts and labelled pictures to a character classifier and its card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from models.training.characters import (
    HELD_OUT_SETS,
    RealCharacters,
    RenderedCharacters,
    check_sources,
    link_fonts,
)
from models.training.options import (
    Batch,
    Data,
    Fonts,
    LearningRate,
    Out,
    Seed,
    Start,
    Steps,
    Threads,
    Width,
    Workers,
    one_thread_each,
)
from models.training.shards import write_in_parallel, write_shards
from streamer.places import config_dir, models_dir

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
    data: Data,
    fonts: Fonts,
    out: Out,
    network: Annotated[Literal["simple", "mobilenet"], typer.Option(help="Which classifier.")] = "simple",
    rendered: Annotated[
        Path | None,
        typer.Option(help="Folder of the samples, if several runs share it; what it lacks is drawn.", file_okay=False),
    ] = None,
    models: Annotated[
        Path | None, typer.Option(help="Folder for model, card and plots, if not the project's.", file_okay=False)
    ] = None,
    count: Annotated[int, typer.Option(help="Drawn characters to train on.", min=100)] = 90_000,
    steps: Steps = 6000,
    batch: Batch = 128,
    learning_rate: LearningRate = 2e-3,
    width: Width = 1.0,
    start: Start = None,
    seed: Seed = 1,
    workers: Workers = 2,
    threads: Threads = 1,
) -> None:
    """Draw, cut out, train, measure and export a character classifier; the same command goes on where it stopped.

    Example: streamer train characters --data ../shared/data --fonts /usr/share/fonts --out runs/simple
    """
    check_sources(data, fonts)
    one_thread_each(threads)
    from dataclasses import asdict

    from models.training.character_balance import balance_table
    from models.training.character_batches import CharacterRun, Characters, balance_of
    from models.training.character_export import export
    from models.training.release import READER_SOURCES, SOURCES
    from models.training.run_folder import RunFolder
    from models.training.train_characters import network_of, train

    run = CharacterRun(
        network=network,
        steps=steps,
        batch=batch,
        learning_rate=learning_rate,
        width=width,
        start=str(start) if start else None,
        seed=seed,
    )
    RunFolder(out).check(asdict(run))
    network_of(run)
    place = rendered or out / "samples"
    prepare(place, data, fonts, count, seed, workers)
    drawn, real, validation = (Characters(place / name) for name in ("rendered", "real", "validation"))
    balance = balance_of(drawn, real)
    for line in balance_table(balance, run.real_share):
        typer.echo(line)
    model = train(out, drawn, real, validation, run)
    held_out = {name: Characters(place / name) for name in ("held-out-fonts", "held-out-sources")}
    unused = (*HELD_OUT_SETS, "romania_mit")
    used = [source for source in (*SOURCES, *READER_SOURCES) if not source.startswith(unused)]
    card = {"data": used, "licence": "MIT", "held_out": HELD_OUT, "measure": MEASURE}
    typer.echo(export(out, model, drawn, held_out, balance, models or models_dir(), card))


def prepare(place: Path, data: Path, fonts: list[Path], count: int, seed: int, workers: int) -> None:
    """Write the samples that are not there yet: to train on, to validate with, and held out."""
    size = min(SHARD, count)
    formats = config_dir() / "formats"
    drawn = RenderedCharacters(link_fonts(fonts, False, place / "fonts"), formats, data)
    unseen = RenderedCharacters(link_fonts(fonts, True, place / "other-fonts"), formats, data, font_files_only=True)
    write_in_parallel(place / "rendered", -(-count // size), size, drawn, seed, workers)
    write_shards(place / "validation", 0, 1, size, drawn, OTHER_SEED)
    write_shards(place / "held-out-fonts", 0, 1, size, unseen, OTHER_SEED + 1)
    write_shards(place / "real", 0, 1, min(REAL, count), RealCharacters(data, held_out=False), seed)
    write_shards(place / "held-out-sources", 0, 1, min(REAL, count), RealCharacters(data, held_out=True), seed)
