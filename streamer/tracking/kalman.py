"""The Kalman filter of one plate, on filterpy; nothing else imports filterpy."""

from __future__ import annotations

import math

import numpy as np
from filterpy.kalman import KalmanFilter

from streamer.config import TrackingConfig
from streamer.geometry import quad_centre, quad_size

_H = np.eye(4, 8)
_STILL = np.eye(8)
_STILL.flags.writeable = False
_LOG_HEIGHT_NOISE = 0.15
_LOG_ASPECT_NOISE = 0.20
"""Measured on the detector's quads of plates 14 to 20 px tall, where the height is wrong by a sixth."""
_LOG_HEIGHT_AGILITY, _LOG_ASPECT_AGILITY = 1.5, 0.7
_START_RATES = np.array([1.2, 0.6])
_SIZE_MEMORY_S = 0.5
"""Time in which the rates of height and aspect fade: while nothing is seen, no plate swells or shrinks for long."""
_SMALLEST_PX = 1.0


def measure(quad: np.ndarray) -> np.ndarray:
    """Return the filter's measurement `xyha` of a (4, 2) px quad: centre x and y in px, ln height, ln aspect."""
    width, height = quad_size(quad)
    width, height = max(width, _SMALLEST_PX), max(height, _SMALLEST_PX)
    return np.array([*quad_centre(quad), math.log(height), math.log(width / height)])


class PlateFilter:
    """Where a plate is, how large it is, and how both change.

    The state is (x, y, ln h, ln a, and the rate of each a second): the plate's centre and height in px and its aspect,
    height and aspect as logarithms, so that neither can turn negative and a plate that comes nearer grows by a steady
    rate. Everything moves with constant velocity, disturbed by white noise acceleration; the noise of centre and its
    velocity is in plate heights, because the same vehicle moves twice as many px at half the distance.

    Notes
    -----
    `dt` is the true time since the last prediction. The noise covariance of a constant-velocity model over `dt` with
    a noise density q is q [[dt³/3, dt²/2], [dt²/2, dt]].
    The rates of ln h and ln a fade with a time T (`_SIZE_MEMORY_S`): over `dt` a rate r adds r T (1 - exp(-dt / T)),
    and r T at most, as the mean of an Ornstein-Uhlenbeck process. Q is left as it is without that.

    References
    ----------
    Bar-Shalom, Li, Kirubarajan 2001, Estimation with Applications to Tracking and Navigation, 6.2.2 (the model) and
    5.4.2 (validation of innovations). Labbe, Kalman and Bayesian Filters in Python (filterpy).
    """

    def __init__(self, xyha: np.ndarray, config: TrackingConfig) -> None:
        self._config = config
        self._filter = KalmanFilter(dim_x=8, dim_z=4)
        self._filter.H = _H
        self._filter.inv = _inverse_of_diagonal
        self._filter.x[:4, 0] = xyha
        start = np.concatenate([np.full(2, config.start_speed * np.exp(xyha[2])), _START_RATES])
        self._filter.P = np.diag(np.concatenate([self._variances(), start**2]))

    @property
    def xyha(self) -> np.ndarray:
        """(4,) the estimate: centre x and y in px, ln height, ln aspect."""
        return self._filter.x[:4, 0]

    @property
    def velocity_px_s(self) -> tuple[float, float]:
        """Velocity of the centre."""
        return float(self._filter.x[4, 0]), float(self._filter.x[5, 0])

    def set_velocity(self, x_px_s: float, y_px_s: float) -> None:
        """Start with this velocity of the centre."""
        self._filter.x[4:6, 0] = x_px_s, y_px_s

    def move(self, by_px: np.ndarray) -> None:
        """Move the centre by (2,) px, and nothing else."""
        self._filter.x[:2, 0] += by_px

    def predict(self, dt_s: float) -> None:
        """Move the state `dt_s` seconds on."""
        if dt_s <= 0:
            return
        across = self._config.agility * math.exp(self._filter.x[2, 0])
        density = np.array([across**2, across**2, _LOG_HEIGHT_AGILITY**2, _LOG_ASPECT_AGILITY**2])
        motion, noise = _STILL.copy(), np.zeros(64)
        motion.flat[4:36:9] = dt_s
        noise[0:36:9] = density * dt_s**3 / 3
        noise[4:36:9] = noise[32:64:9] = density * dt_s**2 / 2
        noise[36:64:9] = density * dt_s
        fading = math.exp(-dt_s / _SIZE_MEMORY_S)
        motion.flat[22:36:9] = _SIZE_MEMORY_S * (1 - fading)
        motion.flat[54:64:9] = fading
        self._filter.predict(F=motion, Q=noise.reshape(8, 8))

    def distances(self, measurements: np.ndarray) -> np.ndarray:
        """Return the squared Mahalanobis distance of each of the (n, 4) measurements from the prediction.

        The four parts of the state don't mix, so the covariance of the innovation is diagonal.
        """
        spread = self._filter.P.diagonal()[:4] + self._variances()
        offsets = measurements - self.xyha
        return offsets**2 @ (1 / spread)

    def update(self, xyha: np.ndarray) -> None:
        """Take one measurement in.

        A plate that is hidden in part is narrower or lower than expected, or broader when it comes out again, and its
        centre is off by up to half of the difference: so much more is its place in doubt.
        """
        _, _, height, aspect = self.xyha
        width_px, height_px = math.exp(height + aspect), math.exp(height)
        off_px = np.array([width_px - math.exp(xyha[2] + xyha[3]), height_px - math.exp(xyha[2])])
        variances = self._variances()
        variances[:2] += (off_px / 2) ** 2
        self._filter.update(xyha, R=np.diag(variances))

    def _variances(self) -> np.ndarray:
        """(4,) variances of a measurement."""
        position = (self._config.position_noise * math.exp(self._filter.x[2, 0])) ** 2
        return np.array([position, position, _LOG_HEIGHT_NOISE**2, _LOG_ASPECT_NOISE**2])


def _inverse_of_diagonal(matrix: np.ndarray) -> np.ndarray:
    """Return the inverse of a diagonal matrix, which the innovation's covariance is here."""
    return np.diag(1 / matrix.diagonal())
