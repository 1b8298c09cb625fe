from __future__ import annotations

import time

import cv2
import numpy as np

from streamer.datatypes import Detection, PlateRead
from streamer.geometry import quad_of_box
from streamer.voting.frame_reads import FrameReads
from tests.factories import make_frame, make_plate_read


class CountingReader:
    """Reads the same plate everywhere."""

    reads = 0

    def read(self, image: np.ndarray, quad: np.ndarray, score: float | None = None) -> PlateRead:
        self.reads += 1
        return make_plate_read("RK300AS")


def test_a_detection_is_read_once_a_frame_and_its_surroundings_looked_at_for_blocks():
    noise = cv2.GaussianBlur(np.random.default_rng(3).normal(128, 60, (360, 480, 3)), (0, 0), 1.5)
    clear = np.clip(noise, 0, 255).astype(np.uint8)
    blocky = cv2.imdecode(cv2.imencode(".jpg", clear, [cv2.IMWRITE_JPEG_QUALITY, 8])[1], cv2.IMREAD_COLOR)
    reader, detection = CountingReader(), Detection(quad_of_box(200, 160, 90, 22), 0.9)
    reads = FrameReads(reader, time.perf_counter)
    seen = []
    for number, image in enumerate((clear, blocky)):
        reads.start()
        frame = make_frame(number, image=image)
        seen.append(reads.of(detection, frame))
        assert reads.of(detection, frame) is seen[-1]
    assert reader.reads == 2
    assert seen[0].quality.blockiness < 1.1
    assert seen[1].quality.blockiness > 1.3
    assert seen[1].text == "RK300AS"
