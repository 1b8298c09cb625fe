"""When to look: the detection interval, as a function of the scene and of time alone."""

from __future__ import annotations

import math

import numpy as np

from streamer.config import DetectionConfig
from streamer.detection.motion import MotionGate

ROUNDING_S = 0.001
"""Time stamps of files are rounded to a millisecond: 0.199 s after a look counts as 0.2 s."""


class Attention:
    """Decides for each frame whether the detector looks at it.

    A moving scene is looked at every `search_interval_s`, more often while a plate in view is not settled; a scene at
    rest only every `recheck_s`. The answer depends on images and their timestamps, never on the load of the machine,
    except for `cost_s`, which a live source may give.
    """

    def __init__(self, config: DetectionConfig) -> None:
        self._look = config.look
        self._gate = MotionGate(config.motion) if config.motion.enabled else None
        self._looked_s = -math.inf
        self._moved_s = -math.inf

    def wants(
        self, image: np.ndarray, timestamp_s: float, plate_in_view: bool, unsettled: bool, cost_s: float = 0.0
    ) -> bool:
        """Return whether to look at this frame; a "yes" counts as a look.

        Parameters
        ----------
        image
            (H, W, 3) uint8 BGR.
        timestamp_s
            Its time. Time that runs backwards, as after a cut in a recording, is a new start.
        plate_in_view
            Whether the last look found a plate.
        unsettled
            Whether some track's reading can still change.
        cost_s
            What a look costs on this machine; 0 where looks need not keep up with a clock.
        """
        elapsed = timestamp_s - self._looked_s + ROUNDING_S
        if 0 <= elapsed < max(self._interval(plate_in_view, unsettled), cost_s / self._look.max_share):
            return False
        if self._moves(image, timestamp_s) or not 0 <= elapsed < self._look.recheck_s:
            self._looked_s = timestamp_s
            return True
        return False

    def _interval(self, plate_in_view: bool, unsettled: bool) -> float:
        if unsettled:
            return self._look.read_interval_s
        return self._look.follow_interval_s if plate_in_view else self._look.search_interval_s

    def _moves(self, image: np.ndarray, timestamp_s: float) -> bool:
        """Return whether the scene moves or has only just come to rest."""
        if self._gate is None or self._gate.moved(image, timestamp_s):
            self._moved_s = timestamp_s
            return True
        return 0 <= timestamp_s - self._moved_s <= self._look.linger_s
