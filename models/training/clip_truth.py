"""What is to be seen in a clip, frame by frame: the truth that is written beside it."""

from __future__ import annotations

import numpy as np

from models.training.clip_light import Shooting
from models.training.clip_scenes import Scene, smear_px
from streamer.evaluation.labelled import LabelledVehicle
from streamer.evaluation.matching import Box
from streamer.evaluation.truth import legible_from

SMALLEST_PX = 7
"""A plate lower than this is not labelled."""
LEGIBLE_PX = 14
"""From this height of a line a person reads a plate of any country, where it is clear."""
MOST_BLUR = 0.2
"""Blur, as a share of a line's height, beyond which it isn't clear."""
LEAST_CONTRAST, CONTRAST_TO_NOISE = 50.0, 4.0
"""Difference between ink and ground, in grey levels and in standard deviations of the noise, below which it isn't."""
LEGIBLE_FRAMES = 3
"""Clear frames, or as many unclear ones as show as much, that make a vehicle legible."""


class Witness:
    """Watches a scene through the frames of its clip.

    Parameters
    ----------
    scene
        What happens.
    shooting
        How it is filmed.
    """

    def __init__(self, scene: Scene, shooting: Shooting) -> None:
        self.frames = 0
        """Seen so far."""
        self._scene, self._shooting = scene, shooting
        self._boxes: list[dict[int, Box]] = [{} for _ in scene.texts]
        self._in_part: list[list[int]] = [[] for _ in scene.texts]
        self._clear = [0.0] * len(scene.texts)

    def see(self, t: float) -> None:
        """Note what the next frame shows, whose shutter opens at `t` seconds."""
        scene, shooting = self._scene, self._shooting
        smear, middle = smear_px(scene, t, shooting.exposure_s), t + shooting.exposure_s / 2
        for index in scene.in_part(middle):
            self._in_part[index].append(self.frames)
        for index, quad in scene.quads(middle).items():
            box = box_around(quad)
            if box[3] >= SMALLEST_PX:
                self._boxes[index][self.frames] = box
                blur = float(np.hypot(smear.get(index, box[3]), 2 * shooting.defocus_px))
                line_px = box[3] / scene.lines[index]
                self._clear[index] += clarity(line_px, blur, scene.contrasts[index], shooting.noise)
        self.frames += 1

    def vehicles(self) -> tuple[LabelledVehicle, ...]:
        """Return every vehicle that was in view.

        One of which never more than a part was seen has no boxes and isn't legible: its whole text, where the part is
        enough for it, is no false reading, but anything else is.
        """
        labelled = zip(self._scene.texts, self._boxes, self._in_part, self._clear, strict=True)
        return tuple(
            LabelledVehicle(
                text, min(boxes or in_part), max(boxes or in_part), clear >= LEGIBLE_FRAMES, legible_from(boxes), boxes
            )
            for text, boxes, in_part, clear in labelled
            if boxes or in_part
        )


def clarity(line_px: float, blur_px: float, contrast: float, noise: float) -> float:
    """Return what a frame like this tells a person of a plate whose lines are so high, in clear frames, 0 to 1.

    What is too small, too blurred or too faint tells nothing, however often it is seen. Noise is new in every frame:
    the mean of n frames has a deviation smaller by the root of n, so that n frames are as clear as one with a ratio of
    contrast to noise larger by the root of n, and a frame counts by the square of that ratio.
    """
    if line_px < LEGIBLE_PX or blur_px >= MOST_BLUR * line_px or contrast < LEAST_CONTRAST:
        return 0.0
    return min(1.0, (contrast / max(CONTRAST_TO_NOISE * noise, 1e-9)) ** 2)


def box_around(quad: np.ndarray) -> Box:
    """Return the upright box x, y, width, height around a (4, 2) px quad, in tenths of a px."""
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    return round(float(x0), 1), round(float(y0), 1), round(float(x1 - x0), 1), round(float(y1 - y0), 1)
