"""A vehicle's record as one event: what is printed, kept and drawn."""

from __future__ import annotations

import numpy as np

from streamer.datatypes import Reading
from streamer.geometry import quad_size, rectify
from streamer.voting.sighting import Sighting

_IMAGE_HEIGHT_PX = 64
_MOST_ASPECT = 8.0
_MARGIN = (0.06, 0.15)
"""Surroundings kept in the plate image, as a share of the plate's width and height."""


def make_reading(event: str, sighting: Sighting, camera: str, settled_s: float, timed: bool) -> Reading:
    """Return an event about a vehicle that has an outcome, with the frame and the plate image that won.

    Parameters
    ----------
    event
        `provisional`, `update` or `final`.
    sighting
        The vehicle's record; it has an id, an outcome and evidence.
    camera
        The camera's name.
    settled_s
        Monotonic capture time of the frame that settled the event.
    timed
        Whether the source is a file, whose readings have a time in it.
    """
    outcome, best = sighting.outcome, sighting.best
    assert outcome is not None
    assert best is not None
    assert sighting.id is not None
    return Reading(
        event=event,
        id=sighting.id,
        camera=camera,
        source=best.frame.source,
        plate=outcome.plate,
        confidence=outcome.confidence,
        region=outcome.region,
        format_ok=outcome.format_ok,
        candidates=outcome.candidates,
        characters=outcome.characters,
        track=sighting.track_id,
        first_frame=sighting.first.frame,
        last_frame=sighting.last.frame,
        frames_seen=sighting.frames_seen,
        frames_read=sighting.frames_read,
        first_seen=sighting.first.utc,
        last_seen=sighting.last.utc,
        video_time=(sighting.first.timestamp_s, sighting.last.timestamp_s) if timed else None,
        best_frame=best.frame.index,
        corners=best.quad,
        direction=sighting.direction,
        settled_s=settled_s,
        frame=best.frame,
        plate_image=_plate_image(best.frame.image, best.quad),
    )


def _plate_image(image: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """Return the rectified plate (64, w, 3) uint8, read-only."""
    width, height = quad_size(quad)
    aspect = min(max(width / max(height, 1.0), 0.5), _MOST_ASPECT)
    plate = rectify(image, quad, (round(_IMAGE_HEIGHT_PX * aspect), _IMAGE_HEIGHT_PX), _MARGIN)
    plate.flags.writeable = False
    return plate
