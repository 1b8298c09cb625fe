"""Which tracks and detections of one frame may be the same vehicle, and at what cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from streamer.config import TrackingConfig
from streamer.datatypes import Detection
from streamer.interfaces import TextOf
from streamer.plate_text import is_part, text_distance
from streamer.tracking.association import Assignment, assign, boxes_of, confusable, overlaps
from streamer.tracking.kalman import measure
from streamer.tracking.track import Track

_MOTION, _DISTANCE, _OVERLAP, _SIZE, _TEXT = 1.0, 0.5, 1.0, 0.5, 3.0
"""Weights of the parts of the cost, each part 0 to 1."""
_FAR_WIDTHS = 3.0
"""Distance from which all are equally far, in plate widths, and where no vehicle goes that was followed."""
_GROWN = 0.9
"""Largest change of ln height, against what was expected: two and a half times as large."""
_CONFUSION_MARGIN = 0.7
"""Two pairs whose costs differ by less could be the other way round: ask for the text."""
_SAME_PLACE_IOU = 0.3
_SAME_TEXT = 0.25
"""Text distance up to which two texts are one plate's: one character in four, or two that look alike."""
_OTHER_TEXT = 0.5
"""Text distance beyond which two texts are those of two plates; between the two nothing is known."""
_NO_TEXT = (_SAME_TEXT + _OTHER_TEXT) / 2
"""What a text that nobody knows counts as: dearer than one that agrees, cheaper than another vehicle's."""
_LEAST_TEXT = 4
"""A text with fewer characters says nothing about who it is."""
_LEAST_PART = 3
"""The same for the beginning or the end of a text that is known: something stands before the rest of the plate. What
is known may be such a part as well."""
_ALIKE, _SMEARED = np.array([0.5, 0.9]), np.array([0.7, 0.9])
"""Change of ln height and ln aspect that a jump between two frames may have: far away, and near, where motion blur that
makes one plate as high as two is the likelier reason."""
_FOLLOWED_HITS = 3
"""Detections after which a track knows where its vehicle goes."""
_UNLIKELY = 0.5
"""Share of the gate beyond which the texts must not contradict a match."""
_NEAR_WIDTHS = 1.5
"""A plate that is this many of its widths from where it was expected is far: up to there, with no other pair in
question, a jump needs no text, as the camera shook; beyond it, the texts must not contradict."""
_WEAK_WIDTHS = 1.0
"""Farther from where a plate was expected, in its widths, a weak detection is something else: a grille, a post."""


@dataclass(slots=True)
class Texts:
    """What is known of the texts of tracks, and what can be found out about this frame's detections."""

    text_of: TextOf | None
    of_track: Mapping[int, str]
    _read: dict[int, str] = field(default_factory=dict)

    def difference(self, track: Track, detection: Detection) -> float | None:
        """Return the distance of the texts of track and detection, 0 to 1; None when either is not known."""
        if self.text_of is None or not self.known(track):
            return None
        known = self.of_track[track.track_id]
        if id(detection) not in self._read:
            self._read[id(detection)] = self.text_of(detection)
        read = self._read[id(detection)]
        if (len(read) >= _LEAST_PART and is_part(read, known)) or is_part(known, read):
            return 0.0
        return text_distance(known, read) if len(read) >= _LEAST_TEXT else None

    def known(self, track: Track) -> bool:
        """Whether a track's text is known."""
        return self.text_of is not None and len(self.of_track.get(track.track_id, "")) >= _LEAST_TEXT

    def contradict(self, track: Track, detection: Detection) -> bool:
        """Whether track and detection are known to have different texts."""
        difference = self.difference(track, detection)
        return difference is not None and difference > _OTHER_TEXT

    def agree(self, track: Track, detection: Detection) -> bool:
        """Whether track and detection are known to have one text."""
        difference = self.difference(track, detection)
        return difference is not None and difference <= _SAME_TEXT

    def differ(self, one: Track, other: Track) -> bool:
        """Whether two tracks are known to have different texts."""
        texts = self.of_track.get(one.track_id, ""), self.of_track.get(other.track_id, "")
        return min(map(len, texts)) >= _LEAST_TEXT and text_distance(*texts) > _OTHER_TEXT


@dataclass(slots=True)
class Found:
    """The detections of one frame, measured once."""

    detections: tuple[Detection, ...]
    timestamp_s: float
    texts: Texts
    late: float = 1.0
    """How many times the usual distance in time lies between the frame before and this one, 1 or more: the frames in
    between were lost."""
    points: np.ndarray = field(init=False)
    """(n, 4) measurements `xyha`."""
    xyxy: np.ndarray = field(init=False)
    """(n, 4) px, the upright boxes by their corners."""

    def __post_init__(self) -> None:
        quads = np.array([d.quad for d in self.detections], np.float64).reshape(-1, 4, 2)
        self.points = np.array([measure(d.quad) for d in self.detections]).reshape(-1, 4)
        self.xyxy = boxes_of(quads)


def match_expected(
    tracks: Sequence[Track], found: Found, chosen: Sequence[int], config: TrackingConfig, limit_px: float, ask: bool
) -> Assignment:
    """Match tracks with the detections that lie where the filters expect them.

    The cost is the sum of motion (squared Mahalanobis distance over the gate), distance (in plate widths: to a track
    that was seen once nearly everything is near by the filter's own measure), overlap (1 - intersection over union),
    size (difference of ln height) and, where two pairs could be swapped, the texts: agreement makes a pair cheaper than
    one of whose text nothing is known, and a difference dearer. A track that was not seen for a while could be nearly
    anywhere, and so could one that was seen once: a pair that is far apart or barely within the gate is none when the
    texts contradict it. A vehicle that was followed is expected where it goes: a pair that is farther off than three
    of its widths is one only when the texts agree. So is one that is farther off than one and a half of them when its
    track has been out of sight for much longer than it was followed.

    Parameters
    ----------
    tracks
        Rows of the answer.
    found, chosen
        The frame's detections, and which of them are the columns of the answer.
    config
        Its `gate`, and `coast_s`: a track that was not seen for longer is only taken up where it was.
    limit_px
        Farther off, in the usual time between two frames, no track is taken up that was seen only once, though nothing
        is known of its speed.
    ask
        Whether texts may be asked for, as for strong detections; where not, a pair that they could contradict is none,
        nor is one that is farther apart than a plate's width: what is hardly a plate is the vehicle only where that is
        expected.
    """
    if not tracks or not chosen:
        return assign(np.zeros((len(tracks), len(chosen))), np.zeros((len(tracks), len(chosen)), bool))
    points = found.points[list(chosen)]
    away = np.abs(points[None] - np.array([track.xyha for track in tracks])[:, None])
    gated = np.array([track.distances(points) for track in tracks]) / config.gate
    overlap = overlaps(boxes_of(np.array([track.quad for track in tracks])), found.xyxy[list(chosen)])
    size = away[..., 2]
    widths = np.hypot(away[..., 0], away[..., 1]) / _widths_px(tracks)
    costs = _MOTION * np.minimum(gated, 1) + _OVERLAP * (1 - overlap) + _SIZE * np.minimum(size, 1)
    costs += _DISTANCE * np.minimum(widths / _FAR_WIDTHS, 1)
    forgotten = np.array([found.timestamp_s - track.last_seen_s > config.coast_s for track in tracks])[:, None]
    in_place = overlap >= _SAME_PLACE_IOU
    within_reach = (np.hypot(away[..., 0], away[..., 1]) <= _reach_px(tracks, found, limit_px)) | ~_fresh(tracks)
    allowed = in_place | ((gated <= 1) & within_reach & ~forgotten & (size <= _GROWN))
    if ask:
        for row, column in np.argwhere(confusable(costs, allowed, _CONFUSION_MARGIN)):
            difference = found.texts.difference(tracks[row], found.detections[chosen[column]])
            if difference is not None:
                costs[row, column] += _TEXT * (difference - _NO_TEXT)
    hidden = _hidden_long(tracks, found.timestamp_s)
    far = widths > (_NEAR_WIDTHS if ask else _WEAK_WIDTHS)
    doubtful = allowed & ~in_place & (far | (gated > _UNLIKELY) | hidden)
    if not ask:
        allowed &= ~doubtful
    followed = np.array([track.hits >= _FOLLOWED_HITS for track in tracks])[:, None]
    lost = doubtful & ((hidden & (widths > _NEAR_WIDTHS)) | ((widths > _FAR_WIDTHS) & followed))
    while True:
        assignment = assign(costs, allowed)
        wrong = []
        for row, column in assignment.matches:
            track, detection = tracks[row], found.detections[chosen[column]]
            contradicted = doubtful[row, column] and found.texts.contradict(track, detection)
            if contradicted or (lost[row, column] and not found.texts.agree(track, detection)):
                wrong.append((row, column))
        if not wrong:
            return assignment
        for pair in wrong:
            allowed[pair] = False


def match_jumps(tracks: Sequence[Track], found: Found, chosen: Sequence[int], limit_px: float) -> Assignment:
    """Match tracks with detections far from where they are expected, where something else than the place says so.

    That is the text; or, within a plate's width or two, that no other pair is in question (the camera shook, or motion
    blur made the plate up to twice as high); or the same for a plate seen only once before, whose speed nobody knows
    yet, at any distance. A plate seen two or three times may also be near where it was last: one false detection among
    them, and it was expected somewhere else.

    Parameters
    ----------
    tracks
        Rows of the answer.
    found, chosen
        The frame's detections, and which of them are the columns of the answer.
    limit_px
        The longest jump in the usual time between two frames; infinite after a scene cut, when only the text counts.
    """
    shape = (len(tracks), len(chosen))
    if not tracks or not chosen:
        return assign(np.zeros(shape), np.zeros(shape, bool))
    states = np.array([track.xyha for track in tracks])
    away = np.abs(found.points[list(chosen)][None] - states[:, None])
    moved_px = np.hypot(away[..., 0], away[..., 1])
    width_px = np.exp(states[:, 2] + states[:, 3])[:, None]
    since_px = np.array([np.hypot(*(found.points[list(chosen)] - track.seen_at).T[:2]) for track in tracks])
    young = np.array([track.young for track in tracks])[:, None] & ~_hidden_long(tracks, found.timestamp_s)
    cut = not np.isfinite(limit_px)
    reached = moved_px <= _reach_px(tracks, found, limit_px)
    possible = reached & (cut | np.all(away[..., 2:] <= _ALIKE, axis=2))
    near = np.where(young, np.minimum(moved_px, since_px), moved_px) <= _NEAR_WIDTHS * width_px
    near &= reached & (cut | np.all(away[..., 2:] <= _SMEARED, axis=2))
    possible |= near
    unexplained = ~np.array(cut) & (_only_pair(near) | (_only_pair(possible) & _fresh(tracks)))
    costs, allowed = moved_px / width_px, np.zeros(shape, bool)
    for row, column in np.argwhere(possible):
        difference = found.texts.difference(tracks[row], found.detections[chosen[column]])
        if difference is None or _SAME_TEXT < difference <= _OTHER_TEXT:
            allowed[row, column] = unexplained[row, column]
        else:
            allowed[row, column] = difference <= _SAME_TEXT
            costs[row, column] += _TEXT * difference
    return assign(np.minimum(costs, 1e3), allowed)


def far_apart(track: Track, point: np.ndarray) -> bool:
    """Whether a measurement `xyha` is far from a track's estimate."""
    return bool(np.hypot(*(point - track.xyha)[:2]) > _NEAR_WIDTHS * _widths_px([track])[0, 0])


def _widths_px(tracks: Sequence[Track]) -> np.ndarray:
    """Return the widths of the tracks' plates, (rows, 1) px."""
    return np.exp([track.xyha[2] + track.xyha[3] for track in tracks])[:, None]


def _reach_px(tracks: Sequence[Track], found: Found, limit_px: float) -> np.ndarray:
    """Return how far each track may have gone since it was last looked for, (rows, 1) px.

    A vehicle that was seen in the frame before goes on while frames are lost; where one is that was looked for in vain,
    nobody knows.
    """
    return limit_px * np.array([1.0 if track.missed else found.late for track in tracks])[:, None]


def _fresh(tracks: Sequence[Track]) -> np.ndarray:
    """Return which tracks were seen only once, (rows, 1) bool."""
    return np.array([track.hits == 1 for track in tracks])[:, None]


def _hidden_long(tracks: Sequence[Track], timestamp_s: float) -> np.ndarray:
    """Return which tracks have been out of sight for too long to say where their vehicles are, (rows, 1) bool."""
    return np.array([track.hidden_long(timestamp_s) for track in tracks])[:, None]


def _only_pair(allowed: np.ndarray) -> np.ndarray:
    """Return which pairs are alone in their row and in their column."""
    return allowed & (allowed.sum(axis=1, keepdims=True) == 1) & (allowed.sum(axis=0, keepdims=True) == 1)
