"""The whole pipeline measured on the bundled clip, with a detector and a reader that know the truth and add doubt."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.build import FilePipeline
from streamer.config import Config
from streamer.datatypes import ALPHABET, BLANK, Detection, PlateRead, Quality
from streamer.evaluation.datasets import load_dataset
from streamer.evaluation.evaluate import Report, evaluate
from streamer.evaluation.labelled import Dataset, LabelledClip
from streamer.evaluation.metrics import Rate
from streamer.geometry import quad_of_box, quad_size
from streamer.tracking.tracker import Tracker


def _hash(image: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(image).data).hexdigest()


class Truth:
    """What is where in each frame of a clip, found again by the frame's pixels."""

    def __init__(self, clip: LabelledClip) -> None:
        self._clip = clip
        self._numbers: dict[str, int] = {}
        capture = cv2.VideoCapture(str(clip.path))
        while True:
            kept, image = capture.read()
            if not kept:
                break
            self._numbers[_hash(image)] = len(self._numbers)
        capture.release()

    def has(self, image: np.ndarray) -> bool:
        """Whether the image is a frame of the clip, and not several laid over one another."""
        return _hash(image) in self._numbers

    def plates(self, image: np.ndarray) -> list[tuple[str, tuple[float, float, float, float]]]:
        number = self._numbers[_hash(image)]
        return [(v.text, v.boxes[number]) for v in self._clip.vehicles if number in v.boxes]


class KnowingDetector:
    """Finds every labelled plate, a little off."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def detect(self, image: np.ndarray) -> list[Detection]:
        found = []
        for text, box in self._truth.plates(image):
            rng = np.random.default_rng([ord(char) for char in text] + [int(box[0])])
            quad = quad_of_box(*box) + rng.normal(0, 0.03 * box[3], (4, 2)).astype(np.float32)
            quad.flags.writeable = False
            found.append(Detection(quad, 0.9))
        return found


class DoubtingReader:
    """Reads the plate at the quad; each character is another one in a share `wrong` of the reads.

    An overlay is of the plate that was read last, and read no better than a frame.
    """

    def __init__(self, truth: Truth, wrong: float = 0.04) -> None:
        self._truth = truth
        self._wrong = wrong
        self._rng = np.random.default_rng(1)
        self._last = ""

    def read(self, image: np.ndarray, quad: np.ndarray, score: float = 1.0) -> PlateRead:
        if self._truth.has(image):
            self._last = self._text_at(image, quad.mean(axis=0))
        text = self._last
        said = "".join(
            ALPHABET[int(self._rng.integers(36))] if self._rng.random() < self._wrong else char for char in text
        )
        columns = np.full((4 * len(said), BLANK + 1), 0.0004, np.float32)
        columns[:, BLANK] = 0.985
        for place, char in enumerate(said):
            columns[4 * place + 1] = 0.004
            columns[4 * place + 1, ALPHABET.index(char)] = 0.86
        columns /= columns.sum(axis=1, keepdims=True)
        columns.flags.writeable = False
        quality = Quality(quad_size(quad)[1], 0.8, 0.9, 0.1, score)
        return PlateRead(columns, said, (0.8,) * len(said), quality)

    def _text_at(self, image: np.ndarray, centre: np.ndarray) -> str:
        plates = self._truth.plates(image)
        return min(plates, key=lambda plate: float(np.hypot(*(quad_of_box(*plate[1]).mean(0) - centre))))[0]


@pytest.fixture
def demo(project: Path) -> Dataset:
    return load_dataset(project / "tests" / "data" / "demo.mp4")


@pytest.fixture
def report(demo: Dataset) -> Report:
    config, truth = Config(), Truth(demo.clips[0])
    return evaluate(
        demo,
        KnowingDetector(truth),
        DoubtingReader(truth),
        lambda detector, reader: FilePipeline(config, detector, reader),
        tracker_of=lambda: Tracker(config.tracking),
    )


@pytest.mark.timeout(240)
def test_one_right_reading_for_each_vehicle(report: Report) -> None:
    measures = report.measures()
    assert measures["exact"] == Rate(3, 3)
    assert measures["repeats"] == 0
    assert measures["misread"] == 0
    assert measures["read where no vehicle is"] == 0
    assert measures["identity switches"] == 0
    frames = measures["frames to the first correct"]
    assert isinstance(frames, int | float)
    assert 0 <= frames < 130
    rules = {row.rule: row for row in report.rules}
    assert rules["ours"].exact == Rate(3, 3)
    assert all(row.exact.hits <= 3 and row.switches == 0 for row in rules.values())
    assert report.trackers["ours"].switches == 0
    assert report.trackers["ours"].idf1 > 0.95


@pytest.mark.timeout(240)
def test_one_character_in_eight_wrong_still_leaves_one_right_reading_each(demo: Dataset) -> None:
    """Fewer than half of the reads are right then, each of the others is wrong in its own way, and all are confident.

    The test above asked for this once and was made gentler when the vote failed it; the demand stands here.
    """
    config, truth = Config(), Truth(demo.clips[0])
    report = evaluate(
        demo,
        KnowingDetector(truth),
        DoubtingReader(truth, wrong=0.125),
        lambda detector, reader: FilePipeline(config, detector, reader),
    )
    assert report.measures()["exact"] == Rate(3, 3)


@pytest.mark.timeout(120)
def test_a_still_goes_the_whole_way(demo: Dataset, tmp_path: Path) -> None:
    """A frame of the clip as a picture with labels: the plates of one scene are read at once."""
    clip = demo.clips[0]
    capture = cv2.VideoCapture(str(clip.path))
    frames = [capture.read()[1] for _ in range(54)]
    capture.release()
    cv2.imwrite(str(tmp_path / "frame.png"), frames[53])
    shown = [(v.text, v.boxes[53]) for v in clip.vehicles if 53 in v.boxes]
    rows = [f"frame.png,{','.join(map(str, box))},{text}" for text, box in shown]
    (tmp_path / "labels.csv").write_text("\n".join(["file,x,y,w,h,text", *rows]))
    truth = Truth(clip)
    report = evaluate(
        load_dataset(tmp_path),
        KnowingDetector(truth),
        DoubtingReader(truth),
        lambda detector, reader: FilePipeline(Config(), detector, reader),
    )
    measures = report.measures()
    assert len(shown) >= 2
    assert measures["located"] == Rate(len(shown), len(shown))
    assert measures["precision"] == Rate(len(shown), len(shown))
    characters = measures["end to end characters"]
    assert isinstance(characters, Rate)
    assert characters.total == sum(len(text) for text, _ in shown)


def test_the_bundled_clip_is_small(project: Path) -> None:
    clip = project / "tests" / "data" / "demo.mp4"
    assert clip.stat().st_size < 600_000
