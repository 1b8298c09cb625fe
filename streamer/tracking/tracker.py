"""What holds tracks: one camera's vehicles, frame after frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

from streamer.config import TrackingConfig
from streamer.datatypes import Detection, TrackState, TrackView
from streamer.interfaces import TextOf
from streamer.tracking.association import boxes_of, overlaps
from streamer.tracking.camera_shift import common_shift
from streamer.tracking.matching import Found, Texts, far_apart, match_expected, match_jumps
from streamer.tracking.track import Track

_COVERED_IOU = 0.4
"""A detection that overlaps a plate already tracked in this frame by so much is the same plate found twice."""
_REMEMBERED = 15
"""Frames whose distance in time says what the usual one is."""
_MERGED_IOU, _AROUND = 0.35, 0.4
"""Two tracks whose boxes, grown by this many plate heights, overlap by so much are at one place."""


class Tracker:
    """Tracks plates through the frames of one camera.

    Association is in three rounds, each an optimal assignment: strong detections where the filters expect them, then
    weak detections for confirmed tracks that are left (they extend a track and never start one), then strong
    detections that are far from where any filter expects them but are a vehicle seen before all the same. What is
    still left starts a track.

    Two lone detections far apart may be one fast vehicle, or one that leaves and another that comes. Where no text says
    which, their track is a guess, not confirmed before a third detection lies where the two expect it. When it lies
    near the second one instead, a track is started with these two.

    References
    ----------
    Zhang et al. 2022, ByteTrack: Multi-object tracking by associating every detection box (the second round).
    """

    def __init__(self, config: TrackingConfig) -> None:
        self._config = config
        self._tracks: list[Track] = []
        self._next_id = 1
        self._gaps_s: deque[float] = deque(maxlen=_REMEMBERED)
        self._frame_s: float | None = None
        """Time of the frame before."""

    def update(
        self,
        detections: Sequence[Detection] | None,
        timestamp_s: float,
        frame_wh: tuple[int, int] | None = None,
        text_of: TextOf | None = None,
        texts: Mapping[int, str] | None = None,
        cut: bool = False,
    ) -> tuple[TrackView, ...]:
        """Take one frame in and return every track as it stands; call it for every frame.

        Parameters
        ----------
        detections
            The plates found in the frame; None when the frame was not looked at: tracks move on, unpunished.
        timestamp_s
            Time of the frame; what lies between two frames is their true distance in time.
        frame_wh
            Width and height of the frame in px; None when unknown: then nothing jumps or leaves over an edge.
        text_of
            Reads a detection of this frame; asked only where two vehicles could be confused.
        texts
            What is known of each track's text so far, by track id.
        cut
            Whether the picture changed altogether: being at the old place then proves nothing.

        Returns
        -------
        Tracks, oldest first. One that dies in this frame appears once more, as deleted.
        """
        late = self._lateness(timestamp_s)
        for track in self._tracks:
            track.predict(timestamp_s)
        if detections is not None:
            usable = tuple(d for d in detections if np.isfinite(d.quad).all())
            self._look(Found(usable, timestamp_s, Texts(text_of, texts or {}), late), frame_wh, cut)
        return self._views()

    def flush(self) -> tuple[TrackView, ...]:
        """End every track and return them all, deleted."""
        for track in self._tracks:
            track.delete()
        return self._views()

    def split(self, track_id: int) -> TrackView | None:
        """Put a new track in place of one that turned out to be two vehicles.

        The new track starts with the old one's detection of this frame, and the old one is gone.

        Returns
        -------
        The new track; None when the old one was not seen in this frame.
        """
        for place, track in enumerate(self._tracks):
            if track.track_id == track_id and track.detection is not None:
                self._tracks[place] = self._new_track(track.detection, track.last_seen_s)
                return self._tracks[place].view()
        return None

    def _lateness(self, timestamp_s: float) -> float:
        """Return how many times the usual distance in time lies between the frame before and this one, 1 or more.

        It is 1 after so long a gap that nobody knows where a vehicle is, too.
        """
        before, self._frame_s = self._frame_s, timestamp_s
        if before is None or timestamp_s <= before:
            return 1.0
        gap_s = timestamp_s - before
        self._gaps_s.append(gap_s)
        return max(gap_s / median(self._gaps_s), 1.0) if gap_s <= self._config.coast_s else 1.0

    def _look(self, found: Found, frame_wh: tuple[int, int] | None, cut: bool) -> None:
        """Match this frame's detections, start tracks for what is left, and note who was missed."""
        scores = [d.score for d in found.detections]
        strong = [i for i, score in enumerate(scores) if score >= self._config.strong_score]
        weak = [i for i, score in enumerate(scores) if score < self._config.strong_score]
        reach_px = np.inf if frame_wh is None else self._config.jump * frame_wh[0]
        waiting = list(self._tracks)
        if not cut:
            self._follow_camera(found, strong, reach_px)
            waiting, strong = self._expected(waiting, found, strong, reach_px, ask=True)
            tentative = [t for t in waiting if t.state is TrackState.TENTATIVE]
            confirmed = [t for t in waiting if t.state is not TrackState.TENTATIVE]
            confirmed, _ = self._expected(confirmed, found, weak, reach_px, ask=False)
            tentative, strong = self._think_again(tentative, found, strong, reach_px)
            waiting = tentative + confirmed
        if frame_wh is not None:
            waiting, strong = self._jumps(waiting, found, strong, np.inf if cut else reach_px)
        for track in waiting:
            track.miss(found.timestamp_s)
            if frame_wh is not None and _outside(track, frame_wh):
                track.delete()
        for i in self._uncovered(found, strong):
            self._tracks.append(self._new_track(found.detections[i], found.timestamp_s))
        seen = {track.track_id for track in self._tracks if track.detection is not None}
        for track in self._tracks:
            if cut or track.track_id in seen:
                track.met |= seen
        if len(seen) < len(self._tracks):
            self._merge(found.texts)

    def _follow_camera(self, found: Found, chosen: list[int], limit_px: float) -> None:
        """Move every track by what all plates in view are off by: that was the camera."""
        recent = [t for t in self._tracks if found.timestamp_s - t.last_seen_s <= self._config.coast_s]
        expected = np.array([track.xyha for track in recent]).reshape(-1, 4)
        shift_px = common_shift(expected, found.points[chosen], limit_px)
        if shift_px.any():
            for track in recent:
                track.shift(shift_px, found.timestamp_s)

    def _think_again(
        self, tracks: list[Track], found: Found, chosen: list[int], limit_px: float
    ) -> tuple[list[Track], list[int]]:
        """Give up guesses whose second detection fits one of this frame by itself; return what is left."""
        guesses = [track for track in tracks if track.guessed]
        anew = [track.anew(self._next_id + number) for number, track in enumerate(guesses)]
        self._next_id += len(anew)
        for track in anew:
            track.predict(found.timestamp_s)
        unmatched, chosen = self._expected(anew, found, chosen, limit_px, ask=True)
        for guess, track in zip(guesses, anew, strict=True):
            if track not in unmatched:
                guess.delete()
                self._tracks.append(track)
        return [track for track in tracks if track.state is not TrackState.DELETED], chosen

    def _merge(self, texts: Texts) -> None:
        """Make one of tracks that are at one place and were never seen together: a plate whose detections wander."""
        alive = [track for track in self._tracks if track.state is not TrackState.DELETED]
        if len(alive) < 2:
            return
        boxes = boxes_of(np.array([track.quad for track in alive]))
        around = _AROUND * np.array([track.height_px for track in alive])[:, None]
        boxes += around * [-1, -1, 1, 1]
        for older, younger in np.argwhere(np.triu(overlaps(boxes, boxes) >= _MERGED_IOU, 1)):
            first, second = alive[older], alive[younger]
            apart = second.track_id in first.met or texts.differ(first, second)
            if not apart and TrackState.DELETED not in (first.state, second.state):
                first.absorb(second)

    def _expected(
        self, tracks: list[Track], found: Found, chosen: list[int], limit_px: float, ask: bool
    ) -> tuple[list[Track], list[int]]:
        """Match what is where it was expected; return the tracks and the detections that are left."""
        assignment = match_expected(tracks, found, chosen, self._config, limit_px, ask)
        for row, column in assignment.matches:
            i = chosen[column]
            guessed = _is_guess(tracks[row], found, i)
            tracks[row].hit(found.detections[i], found.timestamp_s, found.points[i], guessed)
        return [tracks[r] for r in assignment.unmatched_rows], [chosen[c] for c in assignment.unmatched_columns]

    def _jumps(
        self, tracks: list[Track], found: Found, chosen: list[int], limit_px: float
    ) -> tuple[list[Track], list[int]]:
        """Match what is far from where it was expected; return the tracks and the detections that are left."""
        assignment = match_jumps(tracks, found, chosen, limit_px)
        for row, column in assignment.matches:
            i = chosen[column]
            guessed = _is_guess(tracks[row], found, i)
            tracks[row].jump(found.detections[i], found.timestamp_s, found.points[i], guessed)
        return [tracks[r] for r in assignment.unmatched_rows], [chosen[c] for c in assignment.unmatched_columns]

    def _uncovered(self, found: Found, chosen: list[int]) -> list[int]:
        """Return the detections that are not a second find of a plate tracked in this frame, best score first."""
        seen = [track.detection.quad for track in self._tracks if track.detection is not None]
        taken = [np.concatenate([quad.min(axis=0), quad.max(axis=0)]) for quad in seen]
        kept = []
        for i in sorted(chosen, key=lambda i: -found.detections[i].score):
            if not taken or overlaps(found.xyxy[i][None], np.array(taken)).max() < _COVERED_IOU:
                kept.append(i)
                taken.append(found.xyxy[i])
        return kept

    def _new_track(self, detection: Detection, timestamp_s: float) -> Track:
        self._next_id += 1
        return Track(self._next_id - 1, detection, timestamp_s, self._config)

    def _views(self) -> tuple[TrackView, ...]:
        views = tuple(track.view() for track in self._tracks)
        self._tracks = [track for track in self._tracks if track.state is not TrackState.DELETED]
        return views


def _is_guess(track: Track, found: Found, i: int) -> bool:
    """Whether a track that was seen once goes on far away, with no text that says so."""
    if track.hits != 1 or not far_apart(track, found.points[i]):
        return False
    return not found.texts.agree(track, found.detections[i])


def _outside(track: Track, frame_wh: tuple[int, int]) -> bool:
    """Whether the plate's centre is expected outside the frame."""
    x, y = track.xyha[:2]
    return not (0 <= x < frame_wh[0] and 0 <= y < frame_wh[1])
