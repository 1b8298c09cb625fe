"""Every value that passes between the stages.

Values are frozen and arrays in them are made read-only by whoever creates them, so any thread may hold one.
Pixels are pixels of the whole source frame unless a name says otherwise; times are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

import numpy as np

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""The characters a reader knows, in the order of the columns of `PlateRead.probabilities`."""

BLANK = len(ALPHABET)
"""Index of the last column, "no character here": the blank of a CTC head."""

MAX_PLATE_LENGTH = 10
"""Characters of the longest plate that is read."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One image of a source, stamped at capture."""

    image: np.ndarray
    """(H, W, 3) uint8 BGR, read-only."""
    index: int
    """0-based number of the frame in its source."""
    timestamp_s: float
    """Monotonic time at capture (live), or presentation time from the file's start."""
    utc: datetime
    """Wall clock at capture (live), or the file's start plus its position."""
    source: str
    """Path or address, without credentials."""
    captured_s: float
    """Monotonic clock when the frame was taken from the source; what latency is counted from."""
    detection_image: np.ndarray | None = None
    """(h, w, 3) uint8 BGR, the same view at a lower resolution where the camera gives one (Pi camera)."""


@dataclass(frozen=True, slots=True)
class PictureLost:
    """Stands between two frames where a live picture was lost: what was in view is gone, so open tracks end here."""

    source: str
    """Path or address, without credentials."""
    timestamp_s: float
    """Monotonic time when the loss was noticed."""
    reason: str
    """One line, without credentials."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One plate in one frame."""

    quad: np.ndarray
    """(4, 2) float32 px, clockwise from the plate's own top left, read-only."""
    score: float
    """Detector's certainty, 0 to 1."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The upright box around the quad: x, y, width, height in px."""
        (x0, y0), (x1, y1) = self.quad.min(axis=0), self.quad.max(axis=0)
        return float(x0), float(y0), float(x1 - x0), float(y1 - y0)


@dataclass(frozen=True, slots=True)
class Quality:
    """What makes a read trustworthy, measured on the plate image."""

    plate_height_px: float
    """Mean length of the quad's left and right side in the source frame."""
    sharpness: float
    """0 (a smear) to 1 (crisp)."""
    exposure: float
    """0 (black, white or without contrast) to 1 (well exposed)."""
    obliqueness: float
    """0 (seen straight on) to 1 (edge on)."""
    score: float
    """Detector's score of the detection that was read."""
    blockiness: float = 1.0
    """Steps in brightness on the grid of 8 px on which video and pictures are compressed, as a multiple of those beside
    it, around the plate; 1 where compression left no trace."""


@dataclass(frozen=True, slots=True, eq=False)
class PlateRead:
    """OCR of one plate image.

    `probabilities` are the columns of a CTC head (Graves et al. 2006): collapse repeats, then remove blanks. A reader
    that gives one distribution a character (a slot reader) puts a certain blank between any two of them, which makes
    it the same thing.
    """

    probabilities: np.ndarray
    """(positions, 37) float32, rows sum to 1, columns `ALPHABET` then blank, read-only."""
    text: str
    """The best path's text."""
    char_scores: tuple[float, ...]
    """Probability of each character of `text`, 0 to 1."""
    quality: Quality

    @property
    def certainty(self) -> float:
        """Mean probability of the characters, 0 to 1; 0 without any."""
        return float(np.mean(self.char_scores)) if self.char_scores else 0.0


class TrackState(Enum):
    """A track's life."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    COASTING = "coasting"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, eq=False)
class TrackView:
    """One track as it stands after a frame."""

    track_id: int
    state: TrackState
    quad: np.ndarray
    """(4, 2) float32 px, the filter's estimate, clockwise from the plate's own top left, read-only."""
    velocity_px_s: tuple[float, float]
    hits: int
    """Detections that were assigned to the track."""
    first_seen_s: float
    last_seen_s: float
    """Time of the last assigned detection."""
    detection: Detection | None
    """This frame's detection; None when coasting."""
    direction: str | None
    """`approaching`, `receding`, `left`, `right`, `stationary` or None when not known yet."""
    path: tuple[tuple[float, float, float], ...] = ()
    """Where the plate's centre has been: time in seconds, x and y in px; oldest first, thinned out."""
    merged_into: int | None = None
    """The track that goes on in this one's place: the two turned out to be one vehicle."""

    @property
    def dwell_s(self) -> float:
        """How long the vehicle has been in view."""
        return self.last_seen_s - self.first_seen_s


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible text of a plate and its share of the probability."""

    plate: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a reading and its probability."""

    char: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The one answer about a vehicle: one line of `--json` and one row of the journal.

    Fields are those of the interface's schema 1, in its order; `frame` and `plate_image` are the evidence that
    snapshots are cut from and are not printed.
    """

    event: str
    """`provisional`, `update`, `final` or `enriched`."""
    id: str
    camera: str
    source: str
    plate: str
    confidence: float
    region: str | None
    format_ok: bool
    candidates: tuple[Candidate, ...]
    characters: tuple[Character, ...]
    track: int
    first_frame: int
    last_frame: int
    frames_seen: int
    frames_read: int
    first_seen: datetime
    last_seen: datetime
    video_time: tuple[float, float] | None
    best_frame: int
    corners: np.ndarray
    """(4, 2) float32 px in `best_frame`, clockwise from the plate's own top left."""
    direction: str | None
    settled_s: float
    """Monotonic capture time of the frame that settled this event; `latency_ms` is counted from it on delivery."""
    frame: Frame | None = None
    """The frame `best_frame`, whose read won."""
    plate_image: np.ndarray | None = None
    """(h, w, 3) uint8 BGR, the rectified plate of `best_frame`."""
    snapshot: str | None = None
    crop: str | None = None
    vehicle: dict[str, object] | None = None
    """What the registry said, in an `enriched` event."""

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The upright box around `corners`: x, y, width, height in whole px."""
        (x0, y0), (x1, y1) = self.corners.min(axis=0), self.corners.max(axis=0)
        return round(float(x0)), round(float(y0)), round(float(x1 - x0)), round(float(y1 - y0))


@dataclass(frozen=True, slots=True, eq=False)
class Vote:
    """What a track's ballot says so far, for people to see."""

    plate: str
    confidence: float
    characters: tuple[Character, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FrameReport:
    """Everything known after one frame: what the annotated video and the window draw."""

    camera: str
    frame: Frame
    tracks: tuple[TrackView, ...]
    votes: dict[int, Vote]
    """By track id; a track without a read has none."""
    fps: float
    latency_ms: float
    overlays: Mapping[int, Sequence[PlateRead]] = field(default_factory=dict)
    """By track id: what was read in this frame on the images of several frames at once, or of a still with other
    corners; when the source ends with it, the last looks at vehicles in view are added."""
