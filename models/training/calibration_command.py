"""`streamer train calibration`: how far the vote's posterior can be believed, fitted on development clips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from streamer.config import Config
from streamer.evaluation.metrics import Calibration as Reliability
from streamer.evaluation.metrics import calibration as reliability
from streamer.evaluation.texts import same
from streamer.evaluation.traces import VehicleTrace, load_traces, save_traces
from streamer.geometry import quad_centre
from streamer.places import config_dir, models_dir
from streamer.voting.ballot import Ballot
from streamer.voting.calibration import fit_calibration, save_calibration
from streamer.voting.formats import load_formats
from streamer.voting.prior import FormatPrior


def posteriors_of(traces: Sequence[VehicleTrace], config: Config) -> tuple[list[float], list[bool]]:
    """Return the posterior of each track's winner, and whether it was right; tracks that say nothing are left out."""
    prior = FormatPrior(config.voting, load_formats(config_dir() / "formats"))
    posteriors, right = [], []
    for trace in traces:
        ballot = Ballot(config.voting, prior)
        for timed in trace.reads:
            ballot.add(timed.read, timed.timestamp_s, quad_centre(timed.quad))
        if ballot.shares:
            winner = ballot.shares[0]
            posteriors.append(winner.probability)
            right.append(bool(trace.text) and same(winner.text, trace.text))
    return posteriors, right


def fit(traces: Sequence[VehicleTrace], out: Path) -> tuple[Reliability, Reliability]:
    """Fit the curve on traces, write it, and return how reliable the same readings were before and are after."""
    posteriors, right = posteriors_of(traces, Config())
    curve = fit_calibration(posteriors, right)
    sets = sorted({trace.set for trace in traces})
    save_calibration(curve, out, f"{len(posteriors)} tracks of the development clips {', '.join(sets)}")
    return reliability(posteriors, right), reliability([curve.confidence(p) for p in posteriors], right)


def record(folders: Sequence[Path]) -> list[VehicleTrace]:
    """Run the default pipeline over folders of clips and return the traces."""
    from streamer.build import FilePipeline
    from streamer.evaluation.datasets import load_dataset
    from streamer.evaluation.observed import Observer
    from streamer.evaluation.traces import record_traces
    from streamer.methods import make_detector, make_reader

    config = Config()
    observer = Observer(
        make_detector(config), make_reader(config), lambda finds, reads: FilePipeline(config, finds, reads)
    )
    return [trace for folder in folders for trace in record_traces(load_dataset(folder), observer)]


def traces(
    clips: Annotated[list[Path], typer.Argument(metavar="CLIPS", help="Folders of clips with truth.", exists=True)],
    out: Annotated[Path, typer.Option(help="The .npz file to write.")],
) -> None:
    """Record what is read of each vehicle of clips, so that votes on it can be compared in seconds.

    Example: streamer train traces runs/clips/develop/night --out runs/traces/night.npz
    """
    recorded = record(clips)
    save_traces(out, recorded)
    typer.echo(f"{len(recorded)} tracks, {sum(len(trace.reads) for trace in recorded)} reads in {out}")


def calibration(
    clips: Annotated[
        list[Path],
        typer.Argument(metavar="CLIPS", help="Folders of development clips, or .npz of traces.", exists=True),
    ],
    out: Annotated[Path | None, typer.Option(help="File to write; models/calibration.yaml unless told.")] = None,
) -> None:
    """Fit the confidence of readings on development clips; test clips then say whether it holds.

    Example: streamer train calibration runs/clips/develop/*
    """
    recorded = [trace for path in clips if path.suffix == ".npz" for trace in load_traces(path)]
    recorded += record([path for path in clips if path.is_dir()])
    before, after = fit(recorded, out or models_dir() / "calibration.yaml")
    typer.echo(f"calibration error on the clips it was fitted on: {before.error:.3f} before, {after.error:.3f} after")
