"""The worst failures of a report, as pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from streamer.evaluation.clips import VehicleScore
from streamer.evaluation.evaluate import Report
from streamer.evaluation.sheet import Cell, cut_out, draw_sheet
from streamer.evaluation.stills import PlateScore, load_image
from streamer.evaluation.texts import characters_right


def failure_sheet(report: Report, limit: int = 40) -> np.ndarray:
    """Return a contact sheet of the worst failures, (h, w, 3) uint8 BGR, the worst first."""
    plates = sorted((score for score in report.plates if failed(score)), key=_plate_rank)
    vehicles = sorted((score for score in report.vehicles if not score.exact), key=_vehicle_rank)
    cells = [_plate_cell(score) for score in plates[:limit]]
    cells += [_vehicle_cell(score) for score in vehicles[: limit - len(cells)]]
    return draw_sheet(cells)


def failed(score: PlateScore) -> bool:
    """Return whether a plate was not located, or its known text not read."""
    if not score.labelled:
        return not score.located
    answer = score.alone if score.located is None else score.reading
    return answer is None or not answer.exact(score.plate.text)


def _plate_rank(score: PlateScore) -> tuple[bool, float, str]:
    answer = score.alone if score.located is None else score.reading
    share = (
        characters_right(score.plate.text, answer.text) / len(score.plate.text) if answer and score.labelled else 0.0
    )
    return answer is not None, share, score.image.file


def _vehicle_rank(score: VehicleScore) -> tuple[float, str, int]:
    best = max((characters_right(score.vehicle.text, one.text) for one in score.said), default=0)
    return best / max(1, len(score.vehicle.text)), score.clip.path.name, score.vehicle.first


def _plate_cell(score: PlateScore) -> Cell:
    pixels = load_image(score.image)
    box = score.plate.box
    picture = pixels if box is None else cut_out(pixels, box)
    if score.located is None:
        said = score.alone.text if score.alone else "-"
        return Cell(picture, (f"{score.plate.text} read {said}", score.image.file))
    reading = f"{score.reading.text} {score.reading.confidence:.2f}" if score.reading else "nothing"
    place = "located" if score.located else f"not located, IoU {score.iou:.2f}"
    return Cell(
        picture, (f"{score.plate.text or '?'} read {reading}", f"{place}, {score.height_px:.0f} px", score.image.file)
    )


def _vehicle_cell(score: VehicleScore) -> Cell:
    vehicle = score.vehicle
    said = ", ".join(f"{one.text} {one.confidence:.2f}" for one in score.said) or "nothing"
    lines = (f"{vehicle.text} read {said}", f"{score.clip.path.name} {vehicle.first}-{vehicle.last}")
    if not vehicle.boxes:
        return Cell(np.full((60, 120, 3), 90, np.uint8), lines)
    frame = max(vehicle.boxes, key=lambda number: (vehicle.boxes[number][3], -number))
    image = frame_of(score.clip.path, frame)
    return Cell(np.full((60, 120, 3), 90, np.uint8) if image is None else cut_out(image, vehicle.boxes[frame]), lines)


def frame_of(clip: Path, number: int) -> np.ndarray | None:
    """Return one frame of a clip (H, W, 3) uint8 BGR, counted from its start; None when it ends before."""
    capture = cv2.VideoCapture(str(clip))
    try:
        for _ in range(number):
            if not capture.grab():
                return None
        kept, image = capture.read()
        return image if kept else None
    finally:
        capture.release()
