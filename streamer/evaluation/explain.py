"""Seeing inside a method: one picture for each step from the image to the characters, and one sheet of all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from streamer.datatypes import ALPHABET, BLANK, Detection, PlateRead
from streamer.errors import SinkError
from streamer.evaluation.sheet import Cell, draw_sheet, maker_of, write_picture
from streamer.interfaces import Trace
from streamer.outlines import draw_outlines

PLATES_MAX = 4
"""Plates of an image that are explained, the best first."""

SMALLEST_SIDE_PX = 320
"""A picture whose longer side is shorter is enlarged, so that its pixels can be seen."""

ALTERNATIVES = 4
"""Characters that compete for each position in the bars."""


MAKER = "streamer explain"
"""Written into its pictures, so that they can be told from other files in the folder."""


class TracedDetector(Protocol):
    """A detector that shows its steps."""

    def detect(self, image: np.ndarray, trace: Trace | None = None) -> list[Detection]:
        """See `Detector.detect`; `trace` takes the steps."""


class TracedReader(Protocol):
    """A reader that shows its steps."""

    def read(
        self, image: np.ndarray, quad: np.ndarray, score: float | None = None, trace: Trace | None = None
    ) -> PlateRead:
        """See `Reader.read`; `trace` takes the steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What a method saw at one point on its way."""

    stage: str
    """`image`, `detector`, or `plate 1` and so on."""
    name: str
    image: np.ndarray
    """(h, w, 3) uint8 BGR."""
    note: str
    """A line about it; may be empty."""


class _Recorder:
    """A trace that keeps the steps of one stage."""

    def __init__(self, stage: str, steps: list[Step]) -> None:
        self._stage = stage
        self._steps = steps

    def __call__(self, name: str, image: np.ndarray, note: str, /) -> None:
        colour = image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
        longest = max(colour.shape[:2])
        enlarge = -(-SMALLEST_SIDE_PX // longest) if longest < SMALLEST_SIDE_PX else 1
        kept = cv2.resize(colour, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_NEAREST)
        self._steps.append(Step(self._stage, name, kept, note))


def explain_steps(image: np.ndarray, detector: TracedDetector, reader: TracedReader) -> list[Step]:
    """Return every step from the image to the characters of its best plates.

    Parameters
    ----------
    image
        (H, W, 3) uint8 BGR; not changed.
    detector, reader
        The methods.
    """
    steps: list[Step] = []
    _Recorder("image", steps)("image", image, f"{image.shape[1]} x {image.shape[0]} px")
    detections = detector.detect(image, trace=_Recorder("detector", steps))
    outlines = [(d.quad, f"{number}: {d.score:.2f}", True) for number, d in enumerate(detections, 1)]
    found = f"{len(detections)} found" if detections else "no plate found"
    _Recorder("detector", steps)("detections", draw_outlines(image, outlines), found)
    for number, detection in enumerate(detections[:PLATES_MAX], 1):
        record = _Recorder(f"plate {number}", steps)
        read = reader.read(image, detection.quad, detection.score, trace=record)
        record("characters", draw_bars(read), read.text or "nothing read")
    return steps


def explain(image: np.ndarray, detector: TracedDetector, reader: TracedReader, out_dir: Path) -> list[Path]:
    """Write one numbered picture for each step, and `sheet.png` with all of them; return the files.

    Pictures that an earlier call wrote into the folder go.

    Raises
    ------
    SinkError
        When a file can't be written.
    """
    steps = explain_steps(image, detector, reader)
    digits = max(2, len(str(len(steps))))
    files = [
        write_picture(out_dir / f"{k:0{digits}d}-{_file_name(step)}.png", step.image, MAKER)
        for k, step in enumerate(steps, 1)
    ]
    cells = [Cell(step.image, (f"{step.stage}: {step.name}", step.note)) for step in steps]
    files.append(write_picture(out_dir / "sheet.png", draw_sheet(cells), MAKER))
    _remove_earlier(out_dir, files)
    return files


def _remove_earlier(folder: Path, files: Sequence[Path]) -> None:
    """Remove the pictures of earlier calls from the folder: those that say so themselves, and nothing else."""
    for path in sorted(set(folder.glob("*.png")) - set(files)):
        try:
            if path.is_file() and maker_of(path) == MAKER:
                path.unlink()
        except OSError as error:
            raise SinkError(f"{path}: can't be removed: {error.strerror}") from error


def draw_bars(read: PlateRead) -> np.ndarray:
    """Return a chart of the likeliest characters at each position of a plate, (h, w, 3) uint8 BGR."""
    columns = character_columns(read.probabilities)
    width, height, line = 90, 26 * ALTERNATIVES + 14, 26
    chart = np.full((height, max(1, len(columns)) * width, 3), 30, np.uint8)
    for place, column in enumerate(columns):
        chances = read.probabilities[column, :BLANK]
        for rank, k in enumerate(np.argsort(-chances, kind="stable")[:ALTERNATIVES]):
            x, y = place * width + 6, 10 + rank * line
            colour = (80, 200, 60) if rank == 0 else (150, 150, 150)
            cv2.rectangle(chart, (x + 20, y), (x + 20 + round(58 * float(chances[k])), y + 16), colour, -1)
            cv2.putText(chart, ALPHABET[k], (x, y + 15), cv2.FONT_HERSHEY_SIMPLEX, 0.55, colour, 1, cv2.LINE_AA)
    return chart


def character_columns(probabilities: np.ndarray) -> Sequence[int]:
    """Return the column of each character of the best path: where it is most probable among its repeats."""
    columns: list[int] = []
    before = BLANK
    for column, k in enumerate(probabilities.argmax(axis=1)):
        if k != BLANK and k != before:
            columns.append(column)
        elif k != BLANK and probabilities[column, k] > probabilities[columns[-1], k]:
            columns[-1] = column
        before = k
    return columns


def _file_name(step: Step) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{step.stage} {step.name}".lower()).strip("-")
