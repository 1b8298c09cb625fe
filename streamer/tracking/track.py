"""One track: the hypothesis that detections are one vehicle."""

from __future__ import annotations

import math

import numpy as np

from streamer.config import TrackingConfig
from streamer.datatypes import Detection, TrackState, TrackView
from streamer.tracking.kalman import PlateFilter, measure

_PATH_STEP = 0.5
"""A point is added to the path when the plate has moved this many of its heights, or more where the path is long."""
_GREW = 0.18
"""Change of ln height from which a vehicle comes or goes: a fifth nearer or farther."""
_SHIFTED = 0.8
"""Plate heights moved from which a vehicle has a direction at all."""
_STILL_S = 1.0
_GUESS_HITS = 2
_YOUNG_HITS = 3
"""Detections up to which a single false one among them makes nonsense of a track's velocity."""
_FORETOLD_WIDTHS = 0.2
"""A third detection that is no farther from where two others let expect it bears out all three."""
_WAITING = 1.5
"""A vehicle out of sight for this many times as long as it was followed could be anywhere."""
_SHORT_WIDTHS = 1.5
"""A jump of up to so many plate widths tells nothing about the vehicle's speed."""


class Track:
    """A track and its life: tentative, confirmed, coasting, deleted; limits are in seconds."""

    def __init__(self, track_id: int, detection: Detection, timestamp_s: float, config: TrackingConfig) -> None:
        self.track_id = track_id
        self.hits = 0
        self.state = TrackState.TENTATIVE
        self.detection: Detection | None = None
        self.first_seen_s = self.last_seen_s = timestamp_s
        self._config = config
        self._filter = PlateFilter(measure(detection.quad), config)
        self._start = self._filter.xyha.copy()
        self.met: set[int] = set()
        """Tracks that were detected in the same frame as this one: other vehicles for certain."""
        self.merged_into: int | None = None
        self._guessed = False
        self._foretold = False
        self._missed_since_s: float | None = None
        self._time_s = timestamp_s
        self._path: tuple[tuple[float, float, float], ...] = ()
        self._path_step = _PATH_STEP
        self._shape: np.ndarray
        self._shape_aspect: float
        self._seen_at: np.ndarray
        self._last: Detection
        self.hit(detection, timestamp_s, measure(detection.quad))

    @property
    def xyha(self) -> np.ndarray:
        """(4,) estimate: centre x and y in px, ln height, ln aspect."""
        return self._filter.xyha

    @property
    def seen_at(self) -> np.ndarray:
        """(4,) `xyha` of the last detection."""
        return self._seen_at

    @property
    def height_px(self) -> float:
        """Estimated height of the plate."""
        return math.exp(self._filter.xyha[2])

    @property
    def quad(self) -> np.ndarray:
        """(4, 2) float64 px: the last detection's shape at the estimated place, height and aspect."""
        x, y, log_height, log_aspect = self._filter.xyha.tolist()
        height = math.exp(log_height)
        stretch = np.array([height * math.exp(log_aspect - self._shape_aspect), height])
        return self._shape * stretch + np.array([x, y])

    def predict(self, timestamp_s: float) -> None:
        """Move the estimate to `timestamp_s`, but no farther than `coast_s` after it was last seen.

        Nobody knows where a vehicle is after that; what was there when nobody looked stays there.
        """
        self.detection = None
        self._filter.predict(min(timestamp_s, self.last_seen_s + self._config.coast_s) - self._time_s)
        self._time_s = max(self._time_s, timestamp_s)

    def shift(self, by_px: np.ndarray, timestamp_s: float) -> None:
        """Move the estimate by (2,) px, as all plates in view are off by that: the camera shook, or they go together.

        A plate seen only once, whose speed nobody knows yet, is taken to have come that far by itself.
        """
        dt_s = timestamp_s - self.last_seen_s
        if self.hits == 1 and dt_s > 0:
            self._filter.set_velocity(*(by_px / dt_s))
        self._filter.move(by_px)

    def distances(self, measurements: np.ndarray) -> np.ndarray:
        """Return the squared Mahalanobis distance of (n, 4) measurements from the estimate."""
        return self._filter.distances(measurements)

    @property
    def guessed(self) -> bool:
        """Whether nothing but a third detection can tell that its two are of one vehicle."""
        return self._guessed and self.hits == _GUESS_HITS

    @property
    def young(self) -> bool:
        """Whether it was seen so few times that its velocity proves little."""
        return self.hits <= _YOUNG_HITS and not self._foretold

    @property
    def missed(self) -> bool:
        """Whether it was looked for in vain since it was last seen."""
        return self._missed_since_s is not None

    def hidden_long(self, timestamp_s: float) -> bool:
        """Whether it was looked for in vain, and for so much longer than it was followed that it could be anywhere."""
        if not self.missed:
            return False
        followed_s = self.last_seen_s - self.first_seen_s
        return timestamp_s - self.last_seen_s > max(self._config.tentative_s, _WAITING * followed_s)

    def hit(self, detection: Detection, timestamp_s: float, xyha: np.ndarray, guessed: bool = False) -> None:
        """Take a detection in, measured as `xyha`; `guessed` is one that is far away and could be another vehicle."""
        if self.hits:
            away_px = np.hypot(*(xyha - self._filter.xyha)[:2])
            self._foretold |= self.hits > 1 and bool(away_px <= _FORETOLD_WIDTHS * np.exp(xyha[2] + xyha[3]))
            self._filter.update(xyha)
        self._guessed |= guessed
        self._keep(detection, timestamp_s, xyha)

    def jump(self, detection: Detection, timestamp_s: float, xyha: np.ndarray, guessed: bool = False) -> None:
        """Take a detection in that is not where the filter expects it: start the filter anew there.

        A long jump says how fast the vehicle is, when time has passed and it has just been seen; after a short one,
        which the camera or the detector made, it goes on as before.
        """
        before, velocity, dt_s = self._seen_at, self._filter.velocity_px_s, timestamp_s - self.last_seen_s
        self._filter = PlateFilter(xyha, self._config)
        moved_px = (xyha - before)[:2]
        if np.hypot(*moved_px) <= _SHORT_WIDTHS * np.exp(xyha[2] + xyha[3]) and not self.young:
            self._filter.set_velocity(*velocity)
        elif 0 < dt_s <= self._config.coast_s:
            self._filter.set_velocity(*(moved_px / dt_s))
        self._guessed |= guessed
        self._keep(detection, timestamp_s, xyha)

    def miss(self, timestamp_s: float) -> None:
        """Note that a frame was looked at and the vehicle was not found."""
        if self._missed_since_s is None:
            self._missed_since_s = timestamp_s
        confirmed = self.state is not TrackState.TENTATIVE
        limit_s = self._config.coast_s if confirmed else self._config.tentative_s
        if timestamp_s - self._missed_since_s >= limit_s:
            self.state = TrackState.DELETED
        elif confirmed:
            self.state = TrackState.COASTING

    def anew(self, track_id: int) -> Track:
        """Return a track that starts with the last detection of this one, and knows of nothing before."""
        return Track(track_id, self._last, self.last_seen_s, self._config)

    def delete(self) -> None:
        """End the track."""
        self.state = TrackState.DELETED

    def absorb(self, other: Track) -> None:
        """Take over a younger track of the same vehicle, which ends."""
        other.merged_into = self.track_id
        other.delete()
        self.hits += other.hits
        self.met |= other.met
        if other.last_seen_s > self.last_seen_s:
            self.state, self.detection = TrackState.CONFIRMED, other.detection
            self.last_seen_s, self._missed_since_s = other.last_seen_s, other._missed_since_s
            self._filter, self._shape, self._shape_aspect = other._filter, other._shape, other._shape_aspect
            self._seen_at = other._seen_at
        other.detection = None

    def view(self) -> TrackView:
        """Return the track as it stands."""
        quad = self.quad.astype(np.float32)
        quad.flags.writeable = False
        return TrackView(
            track_id=self.track_id,
            state=self.state,
            quad=quad,
            velocity_px_s=self._filter.velocity_px_s,
            hits=self.hits,
            first_seen_s=self.first_seen_s,
            last_seen_s=self.last_seen_s,
            detection=self.detection,
            direction=self._direction(),
            path=self._path,
            merged_into=self.merged_into,
        )

    def _keep(self, detection: Detection, timestamp_s: float, xyha: np.ndarray) -> None:
        self.detection = self._last = detection
        self.hits += 1
        self.last_seen_s = timestamp_s
        self._missed_since_s = None
        self._seen_at = xyha
        self._shape = (detection.quad - xyha[:2]) / math.exp(xyha[2])
        self._shape_aspect = float(xyha[3])
        if self.hits >= self._config.min_hits and not self.guessed:
            self.state = TrackState.CONFIRMED
        x, y = self.xyha[:2].tolist()
        if not self._path or math.dist((x, y), self._path[-1][1:]) > self._path_step * self.height_px:
            if len(self._path) == self._config.path_points:
                self._path, self._path_step = self._path[::2], 2 * self._path_step
            self._path = (*self._path, (timestamp_s, x, y))

    def _direction(self) -> str | None:
        """Say where the vehicle goes, from where it was first seen and where it is now."""
        if self.hits < max(3, self._config.min_hits):
            return None
        (x, y, now, _), (start_x, start_y, before, _) = self._filter.xyha.tolist(), self._start.tolist()
        growth, height = now - before, math.exp((now + before) / 2)
        dx, dy = (x - start_x) / height, (y - start_y) / height
        if abs(growth) >= _GREW:
            return "approaching" if growth > 0 else "receding"
        if math.hypot(dx, dy) >= _SHIFTED:
            if abs(dx) >= abs(dy):
                return "right" if dx > 0 else "left"
            return "approaching" if dy > 0 else "receding"
        return "stationary" if self.last_seen_s - self.first_seen_s >= _STILL_S else None
