"""`streamer train average`: the mean of the weights of two runs, one of which went on from the other."""

from __future__ import annotations

import json
from pathlib import Path

from models.training.export import without_training_precision
from models.training.networks import reader_network
from streamer.errors import ConfigError


def average_readers(first: Path, second: Path, share: float, out: Path) -> None:
    """Write a run's folder whose weights are `(1 - share) first + share second`.

    A reader that goes on with other pictures gains on those and loses a little on what it saw before. Weights between
    the two keep most of both, as long as the second run started from the first.

    Parameters
    ----------
    first, second
        Folders of runs of `train reader`, of the same network.
    share
        Weight of the second, 0 to 1.
    out
        Folder to write.

    Raises
    ------
    ConfigError
        The networks differ.

    References
    ----------
    Wortsman et al. 2022, Robust fine-tuning of zero-shot models, arXiv:2109.01903.
    """
    recipes = [{"head": "ctc", **json.loads((run / "run.json").read_text())} for run in (first, second)]
    kept = {key: recipes[0][key] for key in ("width", "head")}
    if any(recipes[1][key] != value for key, value in kept.items()):
        raise ConfigError(f"train average: {first.name} and {second.name} are runs of different networks")
    models = [
        without_training_precision(lambda: reader_network(**kept), run / "final.weights.h5") for run in (first, second)
    ]
    pairs = zip(*(model.get_weights() for model in models), strict=True)
    models[0].set_weights([((1 - share) * one + share * other).astype(one.dtype) for one, other in pairs])
    out.mkdir(parents=True, exist_ok=True)
    models[0].save_weights(out / "final.weights.h5")
    (out / "run.json").write_text(json.dumps({**kept, "share_of_second": share, "runs": recipes}, indent=1))
