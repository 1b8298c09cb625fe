"""`streamer train calibration`: how far the vote's posterior can be believed, fitted on development clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from models.training.real import RealPicture, RealPlate, load_scenes, readable
from models.training.scenes import background_files
from models.training.scores import FOUND_IOU
from streamer.config import Config
from streamer.evaluation.datasets import load_dataset
from streamer.evaluation.metrics import Calibration as Reliability
from streamer.evaluation.metrics import calibration as reliability
from streamer.evaluation.observed import Observer, TrackTrace
from streamer.evaluation.texts import same
from streamer.evaluation.traces import VehicleTrace, load_traces, record_traces, save_traces
from streamer.geometry import box_iou
from streamer.places import config_dir, models_dir
from streamer.voting.ballot import Ballot, Share
from streamer.voting.calibration import fit_calibration, save_calibration
from streamer.voting.cut_off import UNCUT, cut_off
from streamer.voting.evidence import Grounds
from streamer.voting.formats import load_formats
from streamer.voting.prior import FormatPrior, glyphs


def winners_of(traces: Sequence[VehicleTrace], config: Config) -> tuple[list[Share], list[str], list[Grounds]]:
    """Return each track's winner, the truth, empty where there is no plate, and what the winner stands on.

    Tracks that say nothing are left out.
    """
    prior = FormatPrior(config.voting, load_formats(config_dir() / "formats"))
    winners, truths, grounds = [], [], []
    for trace in traces:
        ballot = Ballot(config.voting, prior)
        for timed in trace.reads:
            cut = UNCUT if timed.overlay else cut_off(timed.quad, timed.frame_wh)
            ballot.add(timed.read, timed.timestamp_s, timed.quad, timed.overlay, cut)
        if ballot.shares:
            winners.append(ballot.shares[0])
            truths.append(trace.text)
            grounds.append(ballot.grounds)
    return winners, truths, grounds


def fit(traces: Sequence[VehicleTrace], out: Path) -> tuple[Reliability, Reliability]:
    """Fit the curve on traces, write it, and return how reliable the same readings were before and are after.

    The curve says how sure it is that a winner is the plate or looks like it, so that is what it is fitted to; a
    reading's confidence is that times the winner's share among those that look alike.
    """
    winners, truths, grounds = winners_of(traces, Config())
    pairs = list(zip(winners, truths, strict=True))
    log_odds = [winner.log_odds for winner in winners]
    curve = fit_calibration(log_odds, [glyphs(winner.text) == glyphs(truth) for winner, truth in pairs], grounds)
    sets = sorted({trace.set for trace in traces})
    of_class = [curve.confidence(odds, on) for odds, on in zip(log_odds, grounds, strict=True)]
    said = [sure * winner.of_alike for sure, winner in zip(of_class, winners, strict=True)]
    right = [same(winner.text, truth) for winner, truth in pairs]
    save_calibration(curve, out, f"{len(winners)} tracks of {', '.join(sets)}")
    return reliability([winner.probability for winner in winners], right), reliability(said, right)


def default_observer() -> Observer:
    """Return the default pipeline, watched."""
    from streamer.build import FilePipeline
    from streamer.methods import make_detector, make_reader

    config = Config()
    return Observer(make_detector(config), make_reader(config), lambda finds, reads: FilePipeline(config, finds, reads))


def record(folders: Sequence[Path], observer: Observer) -> list[VehicleTrace]:
    """Run a pipeline over folders of clips and return the traces."""
    return [trace for folder in folders for trace in record_traces(load_dataset(folder), observer)]


def record_pictures(pictures: Sequence[RealPicture], empty: Sequence[Path], observer: Observer) -> list[VehicleTrace]:
    """Run a pipeline over pictures with labelled plates and over `empty` ones, and return the traces.

    What is read elsewhere in a picture with plates is left out, as it may be a plate that has no label; what is read
    in a picture without plates is none.
    """
    traces = []
    for picture in pictures:
        for track in observer.run(picture.path).tracks:
            plate = _plate_of(track, picture)
            if track.reads and plate is not None and readable([replace(picture, plates=(plate,))]):
                traces.append(VehicleTrace("held-out pictures", plate.text, tuple(track.reads)))
    for file in empty:
        tracks = (track for track in observer.run(file).tracks if track.reads)
        traces += [VehicleTrace("held-out pictures", "", tuple(track.reads)) for track in tracks]
    return traces


def _plate_of(track: TrackTrace, picture: RealPicture) -> RealPlate | None:
    """Return the labelled plate that a track of a still is of."""
    boxes = list(track.boxes.values())
    if not boxes:
        return None
    near = [plate for plate in picture.plates if box_iou(boxes[-1], plate.box) >= FOUND_IOU]
    return max(near, key=lambda plate: box_iou(boxes[-1], plate.box), default=None)


def traces(
    clips: Annotated[list[Path], typer.Argument(metavar="CLIPS", help="Folders of clips with truth.", exists=True)],
    out: Annotated[Path, typer.Option(help="The .npz file to write.")],
) -> None:
    """Record what is read of each vehicle of clips, so that votes on it can be compared in seconds.

    Example: streamer train traces runs/clips/develop/night --out runs/traces/night.npz
    """
    recorded = record(clips, default_observer())
    save_traces(out, recorded)
    typer.echo(f"{len(recorded)} tracks, {sum(len(trace.reads) for trace in recorded)} reads in {out}")


def calibration(
    clips: Annotated[
        list[Path],
        typer.Argument(metavar="CLIPS", help="Folders of development clips, or .npz of traces.", exists=True),
    ],
    data: Annotated[
        Path | None, typer.Option(help="Folder of the real data, whose held-out train pictures are fitted on too.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; models/calibration.yaml unless told.")] = None,
) -> None:
    """Fit the confidence of readings on development clips and held-out pictures; test clips say whether it holds.

    Example: streamer train calibration runs/clips/develop/* --data ../shared/data
    """
    recorded = [trace for path in clips if path.suffix == ".npz" for trace in load_traces(path)]
    folders = [path for path in clips if path.is_dir()]
    if folders or data:
        observer = default_observer()
        recorded += record(folders, observer)
        if data:
            held_out = [picture for picture in load_scenes(data) if picture.held_out]
            recorded += record_pictures(held_out, background_files(data, held_out=True), observer)
    before, after = fit(recorded, out or models_dir() / "calibration.yaml")
    typer.echo(f"calibration error on the clips it was fitted on: {before.error:.3f} before, {after.error:.3f} after")
