"""What the camera of a synthetic clip does to a scene over time: light, shake, blur, noise."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True, slots=True)
class Shooting:
    """How a clip is filmed. Shares are of full light; a pixel is of the clip."""

    fps: float = 25.0
    exposure_s: float = 0.002
    """Time in which what moves is smeared."""
    light: float = 1.0
    """Of the scene; 0.15 is a lit street at night."""
    retro: float = 1.0
    """Light on plates, which throw headlights and infra-red lamps back."""
    glare: float = 0.0
    """Brightness of the lamps' halo."""
    noise: float = 2.0
    """Standard deviation in grey levels."""
    defocus_px: float = 0.0
    shake_px: float = 0.0
    tremble_px: float = 0.0
    """Shake that is quick enough to smear some frames and to leave others sharp: wind and lorries at a pole."""
    light_steps: float = 0.0
    """Size of sudden changes of exposure."""
    quality: int = 23
    """H.264 constant rate factor."""
    dropped: float = 0.0
    """Share of frames that never arrive."""


SWING_HZ, TREMBLE_HZ = (0.6, 4.0), (7.0, 16.0)
"""How often a camera swings in a hand or on a mast, and how often it trembles."""


class Shake:
    """A camera that swings and trembles: two sines a direction each, so that it is smooth and never the same."""

    def __init__(self, rng: np.random.Generator, swing_px: float, tremble_px: float = 0.0) -> None:
        self._amplitudes = np.array([swing_px, tremble_px])[:, None, None]
        speeds = [rng.uniform(*hertz, (2, 2)) for hertz in (SWING_HZ, TREMBLE_HZ)]
        self._speeds = 2 * np.pi * np.array(speeds)
        self._phases = rng.uniform(0, 2 * np.pi, (2, 2, 2))

    @property
    def still(self) -> bool:
        """Whether it never moves."""
        return not self._amplitudes.any()

    def at(self, t: float) -> np.ndarray:
        """Return the (2,) shift in px at `t` seconds."""
        return (self._amplitudes * np.sin(self._speeds * t + self._phases)).mean(axis=1).sum(axis=0)


_JUMP_PX = 96
"""How far the window on the noise may jump."""


class LightSteps:
    """Exposure that jumps now and then, as an automatic one does when the sun comes out."""

    def __init__(self, rng: np.random.Generator, size: float, seconds: float) -> None:
        count = max(1, int(seconds / 1.2))
        self._times = np.sort(rng.uniform(0, seconds, count))
        self._gains = np.exp(rng.normal(0, 1, count + 1) * size)

    def at(self, t: float) -> float:
        """Return the gain at `t` seconds."""
        return float(self._gains[np.searchsorted(self._times, t)])


def add_halo(canvas: np.ndarray, centre: np.ndarray, radius_px: float, brightness: float) -> None:
    """Add a lamp's halo to a float canvas (H, W, 3), in place."""
    reach = int(np.ceil(3 * radius_px))
    x, y = round(float(centre[0])), round(float(centre[1]))
    x0, y0 = max(0, x - reach), max(0, y - reach)
    x1, y1 = min(canvas.shape[1], x + reach + 1), min(canvas.shape[0], y + reach + 1)
    if x1 <= x0 or y1 <= y0 or radius_px < 0.3:
        return
    rows, columns = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    distance = ((columns - x) ** 2 + (rows - y) ** 2) / (2 * radius_px**2)
    canvas[y0:y1, x0:x1] += (brightness * np.exp(-distance))[..., None]


class Sensor:
    """What turns light into numbers: out of focus, noisy, and white where there is too much.

    The noise is one field drawn beforehand, seen through a window that jumps from frame to frame: to the eye and to an
    encoder it is new each time, and it costs a tenth.

    Parameters
    ----------
    size_wh
        Width and height of the picture, px.
    shooting
        Defocus and noise.
    rng
        Source of the noise.
    """

    def __init__(self, size_wh: tuple[int, int], shooting: Shooting, rng: np.random.Generator) -> None:
        self._defocus_px = shooting.defocus_px
        self._rng = rng
        rows, columns = size_wh[1] + _JUMP_PX, size_wh[0] + _JUMP_PX
        field = rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(shooting.noise)
        self._noise = cv2.merge([field, field, field]) if shooting.noise > 0 else None

    def record(self, light: np.ndarray) -> np.ndarray:
        """Return the (H, W, 3) uint8 image of light, (H, W, 3) float32 with 255 for white; `light` is not changed."""
        if self._defocus_px > 0.2:
            light = cv2.GaussianBlur(light, (0, 0), self._defocus_px)
        if self._noise is None:
            return np.clip(light, 0, 255).astype(np.uint8)
        (y, x), (h, w) = self._rng.integers(0, _JUMP_PX, 2), light.shape[:2]
        return cv2.add(light, self._noise[y : y + h, x : x + w], dtype=cv2.CV_8U)
