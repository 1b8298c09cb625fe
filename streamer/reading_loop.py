"""The heart of one camera: track, choose what to read, read, vote, and say so. No thread, no input or output."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from streamer.config import Config
from streamer.datatypes import Detection, Frame, PlateRead, Reading, TrackState, TrackView, Vote
from streamer.geometry import box_iou
from streamer.interfaces import Reader
from streamer.stats import RunStats
from streamer.time_ordered_id import TimeOrderedIds
from streamer.tracking.scene import SceneCut
from streamer.tracking.tracker import Tracker
from streamer.voting.announcer import Announcer
from streamer.voting.ballot import Ballot
from streamer.voting.calibration import Calibration, identity
from streamer.voting.choice import last_look_is_due, other_looks_are_due, overlay_is_due, unsettled, worth
from streamer.voting.departed import Departed
from streamer.voting.formats import Formats
from streamer.voting.frame_reads import FrameReads
from streamer.voting.outcome import Outcome, decide
from streamer.voting.prior import FormatPrior
from streamer.voting.sighting import Sighting

_KNOWN = 0.3
"""Confidence from which a track's text, or the part of it that was seen, tells who it is."""
_SAME_PLATE_IOU = 0.4
"""Two detections of a still that overlap by so much are one plate."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What voting knows beforehand."""

    formats: Formats
    """Those of the expected regions, or all."""
    calibration: Calibration = field(default_factory=identity)


class ReadingLoop:
    """Owns the tracker and the ballots of one source.

    Parameters
    ----------
    camera
        Name of the camera.
    reader
        Reads plates; called from the thread that calls `update`.
    config
        The camera's configuration.
    stats
        Counts rejections, and the time of the stages `track`, `read` and `vote`.
    knowledge
        Formats and calibration.
    scenes
        Whether each frame is a scene of its own (stills).
    live
        Whether frames come from a camera: then readings have no time in a file.
    new_id
        Makes a reading's id from the time of its first event.
    clock
        Seconds, for the stage times only: no result depends on it.
    """

    def __init__(
        self,
        camera: str,
        reader: Reader,
        config: Config,
        stats: RunStats,
        knowledge: Knowledge,
        *,
        scenes: bool = False,
        live: bool = False,
        new_id: Callable[[datetime], str] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._config = config.voting
        self._stats = stats
        self._formats, self._calibration = knowledge.formats, knowledge.calibration
        self._scenes, self._clock = scenes, clock
        self._tracker = Tracker(config.tracking)
        self._cut_correlation = config.tracking.cut_correlation
        self._scene = SceneCut(self._cut_correlation)
        self._prior = FormatPrior(config.voting, self._formats)
        timed, new_id = not live and not scenes, new_id or TimeOrderedIds()
        self._announcer = Announcer(camera, config.voting, config.duplicates.within_s, timed, stats, new_id)
        self._sightings: dict[int, Sighting] = {}
        self._departed = Departed(config.voting.max_reading_delay_s)
        self._frame: Frame | None = None
        self._looked_at_s = -math.inf
        self._reads = FrameReads(reader, clock)
        self._views: tuple[TrackView, ...] = ()
        self._stills = 0

    @property
    def tracks(self) -> tuple[TrackView, ...]:
        """The tracks after the last frame."""
        return self._views

    @property
    def votes(self) -> dict[int, Vote]:
        """What each track's ballot says so far, by track id."""
        outcomes = {track_id: sighting.outcome for track_id, sighting in self._sightings.items()}
        return {i: Vote(o.plate, o.confidence, o.characters) for i, o in outcomes.items() if o is not None}

    @property
    def overlays(self) -> Mapping[int, Sequence[PlateRead]]:
        """What was read in the last frame on the images of several frames, or with other corners, by track id."""
        return self._reads.overlays

    @property
    def unsettled(self) -> bool:
        """Whether some vehicle in view could still get another reading, so that every frame is worth a look."""
        return any(unsettled(sighting, self._config) for sighting in self._sightings.values())

    def update(self, frame: Frame, detections: Sequence[Detection] | None) -> list[Reading]:
        """Take one frame in and return the events that it settles.

        Parameters
        ----------
        frame
            In the order of its source.
        detections
            The plates found in it; None when it was not looked at.
        """
        self._frame = frame
        self._reads.start()
        if self._scenes:
            return self._still(frame, detections or ())
        start_s = self._clock()
        cut = self._scene.is_cut(frame.image)
        frame_wh, votes = (frame.image.shape[1], frame.image.shape[0]), self._clear_votes()
        views = self._tracker.update(
            detections, frame.timestamp_s, frame_wh, lambda found: self._reads.clear_text(found, frame), votes, cut
        )
        tracked_s, in_tracking_s = self._clock(), self._reads.seconds
        readings = self._vote(views, frame, cut)
        if detections is not None:
            self._looked_at_s = frame.timestamp_s
        self._stats.add_time("track", tracked_s - start_s - in_tracking_s)
        self._stats.add_time("read", self._reads.seconds)
        self._stats.add_time("vote", self._clock() - tracked_s - (self._reads.seconds - in_tracking_s))
        return readings

    def lost(self, timestamp_s: float) -> list[Reading]:
        """Close every open track: the picture was lost at `timestamp_s`. Frames may follow."""
        self._scene = SceneCut(self._cut_correlation)
        self._looked_at_s = timestamp_s
        return self.finish()

    def finish(self) -> list[Reading]:
        """Close every open track and return what is still to be said."""
        self._tracker.flush()
        self._views = ()
        for sighting in self._sightings.values():
            self._leave(sighting)
        self._sightings = {}
        return [] if self._frame is None else self._close(math.inf, self._frame)

    def _vote(self, views: Sequence[TrackView], frame: Frame, cut: bool) -> list[Reading]:
        """Note what was seen, read what is worth it, and return the events."""
        seen: list[tuple[float, TrackView]] = []
        for view in views:
            if view.detection is None:
                continue
            sighting = self._sightings.get(view.track_id) or self._meet(view, frame)
            hidden_s = max(0.0, self._looked_at_s - sighting.last.timestamp_s)
            sighting.see(view, frame, cut)
            sighting.confirmed |= view.state is TrackState.CONFIRMED
            seen.append((worth(sighting, view.detection, frame, hidden_s, self._config), view))
        events: list[Reading] = []
        splits: list[TrackView] = []
        waiting = sorted((item for item in seen if item[0] > 0), key=lambda item: (-item[0], item[1].track_id))
        for _, view in waiting[: self._config.max_reads_per_frame]:
            if self._put_to_vote(view, frame):
                splits.append(view)
        for view in splits:
            events += self._split(view, frame)
        for view in views:
            ending = self._sightings.get(view.track_id)
            if view.merged_into is not None and ending is not None and ending.announced is None:
                self._merge(self._sightings.pop(view.track_id), view.merged_into)
            elif view.state is TrackState.DELETED and ending is not None:
                self._leave(self._sightings.pop(view.track_id))
        for sighting in list(self._sightings.values()):
            events += self._announcer.announce(sighting, frame)
        events += self._close(frame.timestamp_s, frame)
        self._views = tuple(view for view in views if view.state is not TrackState.DELETED)
        return events

    def _close(self, timestamp_s: float, frame: Frame) -> list[Reading]:
        """Return the last words that are due."""
        return [reading for s in self._departed.due(timestamp_s) for reading in self._announcer.close(s, frame)]

    def _meet(self, view: TrackView, frame: Frame) -> Sighting:
        """Start the record of a vehicle seen for the first time."""
        sighting = Sighting(view.track_id, Ballot(self._config, self._prior), self._decide, frame)
        self._sightings[view.track_id] = sighting
        return sighting

    def _merge(self, ending: Sighting, track_id: int) -> None:
        """Give what is known of a vehicle under one track to the other one that it has."""
        if (older := self._sightings.get(track_id)) is not None:
            older.join(ending)

    def _decide(self, ballot: Ballot) -> Outcome | None:
        return decide(ballot.shares, self._calibration, self._formats, self._config.region_certainty, ballot.grounds)

    def _clear_votes(self) -> dict[int, str]:
        """Return what each track says, where its vote comes to something, if only to a part of a plate."""
        outcomes = {track_id: sighting.outcome for track_id, sighting in self._sightings.items()}
        return {i: o.plate for i, o in outcomes.items() if o and o.seen >= _KNOWN}

    def _put_to_vote(self, view: TrackView, frame: Frame) -> bool:
        """Read a plate; say whether it turned out to be another vehicle than the one voted on so far."""
        assert view.detection is not None
        sighting, quad = self._sightings[view.track_id], view.detection.quad
        read = self._reads.of(view.detection, frame)
        if sighting.contradicted_by(read):
            return sighting.doubt(read, quad, frame)
        if sighting.closed:
            sighting.confirm(quad, frame)
        else:
            sighting.resolve()
            sighting.take(read, quad, frame)
            if not self._reads.overlays and overlay_is_due(sighting, self._config):
                self._reads.overlay(sighting, view.detection.score)
        return False

    def _leave(self, sighting: Sighting) -> None:
        """Let a vehicle go that is out of view; where doubt is left, after a last and closer look at its plate."""
        self._departed.add(sighting)
        if sighting.best is not None and last_look_is_due(sighting, self._config):
            self._reads.last_look(sighting, sighting.best.read.quality.score)

    def _split(self, view: TrackView, frame: Frame) -> list[Reading]:
        """Close a vehicle's record, and start one for the vehicle that took its place."""
        fresh = self._tracker.split(view.track_id)
        before = self._sightings.pop(view.track_id)
        if fresh is not None:
            sighting = self._meet(fresh, before.doubts[0].frame)
            for doubt in before.doubts:
                sighting.take(doubt.read, doubt.quad, doubt.frame)
            sighting.see(fresh, frame, False)
            sighting.confirmed = True
        return self._announcer.close(before, frame)

    def _still(self, frame: Frame, detections: Sequence[Detection]) -> list[Reading]:
        """Read every plate of a picture that is a scene of its own."""
        self._announcer.new_scene()
        self._sightings = {}
        views: list[TrackView] = []
        taken: list[Detection] = []
        for detection in sorted(detections, key=lambda detection: -detection.score):
            if all(box_iou(detection.box, other.box) < _SAME_PLATE_IOU for other in taken):
                taken.append(detection)
                views.append(self._still_view(detection, frame))
        for view, detection in zip(views, taken, strict=True):
            sighting = self._meet(view, frame)
            sighting.see(view, frame, False)
            sighting.confirmed = True
            if worth(sighting, detection, frame, 0.0, self._config):
                self._put_to_vote(view, frame)
                if other_looks_are_due(sighting, self._config):
                    self._reads.other_looks(sighting, detection, frame)
        self._views = tuple(views)
        self._stats.add_time("read", self._reads.seconds)
        return [reading for s in self._sightings.values() for reading in self._announcer.close(s, frame)]

    def _still_view(self, detection: Detection, frame: Frame) -> TrackView:
        """Return a plate of a still as a track of one frame, with a number of its own."""
        self._stills += 1
        return TrackView(
            track_id=self._stills,
            state=TrackState.CONFIRMED,
            quad=detection.quad,
            velocity_px_s=(0.0, 0.0),
            hits=1,
            first_seen_s=frame.timestamp_s,
            last_seen_s=frame.timestamp_s,
            detection=detection,
            direction=None,
        )
