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
    light_steps: float = 0.0
    """Size of sudden changes of exposure."""
    quality: int = 23
    """H.264 constant rate factor."""
    dropped: float = 0.0
    """Share of frames that never arrive."""


class Shake:
    """A camera that trembles: two sines a direction, so that it is smooth and never the same."""

    def __init__(self, rng: np.random.Generator, amplitude_px: float) -> None:
        self._amplitude = amplitude_px
        self._speeds = rng.uniform(4, 25, (2, 2))
        self._phases = rng.uniform(0, 2 * np.pi, (2, 2))

    def at(self, t: float) -> np.ndarray:
        """Return the (2,) shift in px at `t` seconds."""
        return self._amplitude * np.sin(self._speeds * t + self._phases).mean(axis=0)


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


def record(light: np.ndarray, shooting: Shooting, rng: np.random.Generator) -> np.ndarray:
    """Return what the sensor gives of the light that fell on it.

    Parameters
    ----------
    light
        (H, W, 3) float32, 255 is white; not changed.
    shooting
        Defocus and noise.
    rng
        Source of the noise.
    """
    if shooting.defocus_px > 0.2:
        light = cv2.GaussianBlur(light, (0, 0), shooting.defocus_px)
    if shooting.noise > 0:
        grain = rng.standard_normal(light.shape[:2], dtype=np.float32)[..., None]
        light = light + grain * np.float32(shooting.noise)
    return np.clip(light, 0, 255).astype(np.uint8)
