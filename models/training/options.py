"""The arguments that the training commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path, typer.Option(help="Folder of the real data, with MANIFEST.md.", exists=True, file_okay=False)]
Fonts = Annotated[
    list[Path], typer.Option("--fonts", help="Folder of font files, searched below; repeatable.", exists=True)
]
Out = Annotated[Path, typer.Option(help="Folder to write.", file_okay=False)]
Seed = Annotated[int, typer.Option(help="Everything random follows from it.")]
Workers = Annotated[int, typer.Option(help="Processes that render.", min=1)]
Threads = Annotated[int, typer.Option(help="CPU threads of the training.", min=1)]
Steps = Annotated[int, typer.Option(help="Batches to learn from, 250 an epoch.", min=500)]
Batch = Annotated[int, typer.Option(help="Samples of a batch.", min=1)]
LearningRate = Annotated[float, typer.Option(help="Highest; reached after 300 steps, then it falls to almost none.")]
Width = Annotated[float, typer.Option(help="Scales the network's numbers of filters.", min=0.25)]
Start = Annotated[
    Path | None,
    typer.Option(help="Weights of an earlier run to start from.", exists=True, dir_okay=False),
]


def one_thread_each(threads: int) -> None:
    """Keep the native libraries from taking every core."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
