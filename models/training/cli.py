"""`streamer train …`: every step that makes the models, from rendering to export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from models.training.calibration_command import calibration, traces
from models.training.characters_command import characters
from models.training.clips_command import clips
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
from models.training.voting_table import voting_table

PROJECT = Path(__file__).resolve().parents[2]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Make the models: render, train, export. See models/README.md.",
)

app.command()(clips)
app.command()(traces)
app.command()(calibration)
app.command("voting-table")(voting_table)
app.command()(characters)


@app.command()
def crops(data: Data, fonts: Fonts, out: Out, count: int = 400_000, seed: Seed = 7, workers: Workers = 2) -> None:
    """Render the reader's plate images, in shards; what is there is kept.

    Example: streamer train crops --data DATA --fonts FONTS --fonts MORE --out runs/crops
    """
    from models.training.render_crops import CropSamples, render

    render(out, count, CropSamples(tuple(fonts), PROJECT / "config" / "formats", data), seed, workers)


@app.command("real-crops")
def real_crops(data: Data, out: Out, times: int = 10, seed: Seed = 5) -> None:
    """Vary the real plate images of the train sets, `times` times each, and what the detector wrongly finds.

    Example: streamer train real-crops --data ../shared/data --out runs/real_crops
    """
    from models.training.false_alarms import false_alarms
    from models.training.real_crops import RealSamples, real_plates
    from models.training.shards import write_shards

    samples = RealSamples(real_plates(data, held_out=False) + false_alarms(data))
    write_shards(out, 0, times, samples.per_pass, samples, seed)


@app.command("false-alarms")
def false_alarms_in_scenes(
    scenes: Annotated[Path, typer.Option(help="What `train scenes` wrote.", exists=True)],
    out: Out,
    shards: int = 2,
    seed: Seed = 17,
) -> None:
    """Add what the detector wrongly finds in rendered scenes to the plate images in OUT, as shards without a text.

    Example: streamer train false-alarms --scenes runs/scenes --out runs/crops
    """
    from models.training.false_alarms import SceneFalseAlarms
    from models.training.render_crops import SHARD
    from models.training.shards import write_shards

    there = [int(path.name.split(".")[0]) for path in out.glob("*.labels.npy")]
    write_shards(out, max(there, default=-1) + 1, shards, SHARD, SceneFalseAlarms(scenes), seed)


@app.command()
def scenes(data: Data, fonts: Fonts, out: Out, shards: int = 16, seed: Seed = 11, workers: Workers = 1) -> None:
    """Render the detector's scenes, in shards of 1,500.

    Example: streamer train scenes --data DATA --fonts FONTS --fonts MORE --out runs/scenes
    """
    import cv2

    from models.training.scenes import SceneSamples
    from models.training.shards import write_in_parallel

    cv2.setNumThreads(1)
    samples = SceneSamples(tuple(fonts), PROJECT / "config" / "formats", data)
    write_in_parallel(out, shards, 1500, samples, seed, workers)


@app.command()
def reader(
    data: Data,
    rendered: Annotated[Path, typer.Option(help="What `train crops` wrote.", exists=True)],
    real: Annotated[Path, typer.Option(help="What `train real-crops` wrote.", exists=True)],
    out: Out,
    steps: Steps = 6000,
    batch: Batch = 128,
    learning_rate: LearningRate = 2e-3,
    width: Width = 1.4,
    head: Annotated[Literal["ctc", "slots"], typer.Option(help="What the network ends in.")] = "ctc",
    start: Start = None,
    int8: Annotated[bool, typer.Option("--int8", help="Round as the exported model will: for a last run.")] = False,
    seed: Seed = 1,
    threads: Threads = 1,
) -> None:
    """Train the reader; the same command goes on with an interrupted run.

    Example: streamer train reader --data ../shared/data --rendered runs/crops --real runs/real_crops --out runs/reader
    """
    one_thread_each(threads)
    from models.training.held_out import reader_sets
    from models.training.train_reader import ReaderRun, train

    run = ReaderRun(
        steps=steps,
        batch=batch,
        learning_rate=learning_rate,
        width=width,
        head=head,
        start=str(start) if start else None,
        int8=int8,
        seed=seed,
    )
    train(out, rendered, real, reader_sets(data), run)


@app.command()
def heads(
    data: Data,
    run: Annotated[list[Path], typer.Option(help="Folder of a run of `train reader`; repeatable.", exists=True)],
    rounds: Annotated[int, typer.Option(help="Turns in which the readers are timed.", min=1)] = 9,
) -> None:
    """Put readers side by side: plates read exactly as float and as int8, and milliseconds a read.

    Example: streamer train heads --data ../shared/data --run runs/ctc --run runs/slots
    """
    one_thread_each(1)
    from models.training.head_report import compare_heads

    for line in compare_heads(data, run, rounds):
        typer.echo(line)


@app.command()
def detector(
    data: Data,
    rendered: Annotated[Path, typer.Option(help="What `train scenes` wrote.", exists=True)],
    out: Out,
    steps: Steps = 12000,
    learning_rate: LearningRate = 1.5e-3,
    start: Start = None,
    seed: Seed = 1,
    threads: Threads = 1,
) -> None:
    """Train the detector; the same command goes on with an interrupted run.

    Example: streamer train detector --data ../shared/data --rendered runs/scenes --out runs/detector
    """
    one_thread_each(threads)
    from models.training.held_out import detector_scorer
    from models.training.train_detector import DetectorRun, train

    run = DetectorRun(steps=steps, learning_rate=learning_rate, start=str(start) if start else None, seed=seed)
    train(out, rendered, detector_scorer(data, run.width), run)


@app.command()
def mean(
    runs: Annotated[list[Path], typer.Argument(help="Runs of one network, each started from the one before.")],
    out: Out,
) -> None:
    """Take the mean of the weights of several runs.

    Example: streamer train mean runs/reader runs/reader_int8 --out runs/mean
    """
    from models.training.mean_run import mean_run

    mean_run(runs, out)


@app.command()
def recover(
    name: Annotated[Literal["reader", "detector-default"], typer.Argument(help="The shipped model.")],
    rendered: Annotated[Path, typer.Option(help="What `train crops` or `train scenes` wrote.", exists=True)],
    out: Annotated[Path, typer.Option(help="File of weights to write, *.weights.h5.", dir_okay=False)],
    samples: int = 1024,
    seed: Seed = 1,
) -> None:
    """Take weights to train on from out of a shipped model whose run was not kept.

    Example: streamer train recover reader --rendered runs/crops --out runs/recovered.weights.h5
    """
    import numpy as np

    from models.training.recover import recover as recovered
    from models.training.shards import Shards

    images, _ = Shards(rendered).draw(np.random.default_rng(seed), samples)
    if name == "reader":
        from models.training.train_reader import ReaderRun, network_input, reader_network

        network, inputs = reader_network(ReaderRun().width), network_input(images)
    else:
        from models.training.train_detector import detector_network, joined

        network, inputs = joined(detector_network()), images.astype(np.float32) / 255
    recovered(network, PROJECT / "models" / f"{name}.tflite", inputs)
    network.save_weights(out)


@app.command()
def likeness(
    data: Data,
    rendered: Annotated[Path, typer.Option(help="What `train crops` wrote.", exists=True)],
    sheet: Annotated[Path, typer.Option(help="PNG to write: rendered at the left, real at the right.")],
    samples: int = 1200,
    seed: Seed = 1,
) -> None:
    """Show rendered and real plate images side by side, and how well a small classifier tells them apart.

    Example: streamer train likeness --data ../shared/data --rendered runs/crops --sheet likeness.png
    """
    one_thread_each(1)
    import numpy as np

    from models.training.likeness import compare
    from models.training.real_crops import as_they_are, real_plates
    from models.training.shards import Shards

    drawn, _ = Shards(rendered).draw(np.random.default_rng(seed), samples)
    plates = [pair for pair in real_plates(data, held_out=False) if pair[0].set_name != "cn_lprnet_apache"]
    found = compare(drawn, as_they_are(plates)[0], sheet)
    typer.echo(f"told apart rightly: {found.accuracy:.3f} of {found.samples} images (0.5 is chance)")


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="reader, detector-default or detector-small.")],
    data: Data,
    run: Annotated[Path, typer.Option(help="Folder of the training run.", exists=True)],
    out: Out = PROJECT / "models",
    weights: str = "final.weights.h5",
) -> None:
    """Quantize a trained model to int8, measure what that costs, and write it with its card.

    Example: streamer train export reader --data ../shared/data --run runs/reader
    """
    from models.training.release import release

    typer.echo(json.dumps(release(name, data, run, run / weights, out), indent=1))
