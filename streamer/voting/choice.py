"""Which plates are worth reading in this frame: those whose read can still change the answer."""

from __future__ import annotations

import math

import numpy as np

from streamer.config import VotingConfig
from streamer.datatypes import Detection, Frame
from streamer.geometry import quad_centre, quad_size
from streamer.plate_text import is_part
from streamer.voting.prior import glyphs
from streamer.voting.rejection import is_word, reason_against
from streamer.voting.sighting import Sighting, at_edge

_TALLER = 1.3
"""A settled plate is read again when it is this much taller than the best read so far."""
_WIDER = 1.35
"""The same when it is this much wider for its height."""
_HIDDEN_S = 0.5
"""A plate that was out of sight for longer is read again: is it still the same vehicle?"""
_FAR = 6.0
"""The same after it has moved this many of its heights."""
_HOPELESS, _EVEN = 0.05, 0.7
"""Confidences between which a plate that has no other frame is read with other corners: of 163 street pictures 151 are
read exactly so, 149 up to 0.5 alone, 151 up to 0.95 with twice as many reads."""
_STILL_SHIFT, _STILL_GROWTH = 0.3, 0.05
_PATIENCE = ((6, 0.0), (40, 0.5), (10**9, 5.0))
"""Reads of a plate up to which, while it stands still, it is read again after so many seconds."""
_AGREED = 8
"""Reads in a row that say what the vote says, after which more of the same won't change it if it is right more likely
than not."""
_LIKELY = 0.5


def worth(sighting: Sighting, detection: Detection, frame: Frame, hidden_s: float, config: VotingConfig) -> float:
    """Return how much reading a plate now is worth; 0 is nothing.

    Parameters
    ----------
    sighting
        What is known of the vehicle.
    detection
        The plate in this frame.
    frame
        This frame.
    hidden_s
        How long the plate was out of sight before this frame.
    config
        Its `min_plate_height_px` and `settled_confidence`.
    """
    height = quad_size(detection.quad)[1]
    if height < config.min_plate_height_px:
        return 0.0
    if sighting.read_quad is None:
        return 0.0 if sighting.closed else 3.0
    if hidden_s > _HIDDEN_S:
        return 2.5
    if sighting.doubts:
        return 2.0
    outcome = sighting.outcome
    if outcome is not None and at_edge(detection.quad, frame):
        return 0.0
    shift, growth = _change(sighting.read_quad, detection.quad)
    if sighting.closed or _settled(sighting, config):
        return 0.5 if shift >= _FAR or (not sighting.closed and _shows_more(sighting, detection.quad)) else 0.0
    if shift < _STILL_SHIFT and growth < _STILL_GROWTH:
        pause_s = next(seconds for reads, seconds in _PATIENCE if sighting.frames_read < reads)
        if frame.timestamp_s - sighting.read_at_s < pause_s:
            return 0.0
    return 1.0 + (1 - outcome.confidence if outcome is not None else 0.5)


def unsettled(sighting: Sighting, config: VotingConfig) -> bool:
    """Whether looking at every frame can still change the reading of a vehicle."""
    return not sighting.closed and sighting.frames_read < _PATIENCE[1][0] and not _settled(sighting, config)


def overlay_is_due(sighting: Sighting, config: VotingConfig) -> bool:
    """Whether single frames leave doubt, and there are new plate images to lay over one another."""
    return sighting.overlay.due and not _settled(sighting, config)


def last_look_is_due(sighting: Sighting, config: VotingConfig) -> bool:
    """Whether there is doubt about a vehicle that has left, and more than one image of its plate to look at again."""
    open_still = sighting.confirmed and not sighting.closed
    return open_still and sighting.overlay.several and not _settled(sighting, config)


def other_looks_are_due(sighting: Sighting, config: VotingConfig) -> bool:
    """Whether a plate of a still, read once, is in doubt: as likely misread as not, or a word that must be surer."""
    outcome = sighting.outcome
    if outcome is None:
        return False
    return _HOPELESS <= outcome.confidence < (config.provisional_confidence if is_word(outcome) else _EVEN)


def _settled(sighting: Sighting, config: VotingConfig) -> bool:
    """Whether a vehicle's plate is known: another read like those before changes nothing.

    The newest read must not say otherwise: a B that was 8 in every frame from afar is told when it comes nearer. What
    must be surer before it is told (scenery, a text of two characters) isn't known yet, either.
    """
    outcome = sighting.outcome
    if outcome is None or not sighting.borne_out:
        return False
    agrees = glyphs(sighting.newest) == glyphs(outcome.plate)
    if outcome.confidence < config.settled_confidence:
        steady = agrees and sighting.in_a_row >= _AGREED and outcome.confidence >= _LIKELY
        return steady and reason_against(sighting, config) is None
    return agrees or is_part(sighting.newest, outcome.plate)


def _shows_more(sighting: Sighting, quad: np.ndarray) -> bool:
    """Whether a plate is taller or wider for its height than where it was read best: something stood before a part."""
    if sighting.best is None:
        return False
    (width, height), (width_before, height_before) = quad_size(quad), quad_size(sighting.best.quad)
    wider = width * max(height_before, 1.0) >= _WIDER * width_before * max(height, 1.0)
    return wider or height >= _TALLER * sighting.best.read.quality.plate_height_px


def _change(before: np.ndarray, now: np.ndarray) -> tuple[float, float]:
    """Return how far a quad has moved, in plate heights, and how much it has grown or shrunk, in ln height."""
    height_before, height = max(quad_size(before)[1], 1.0), max(quad_size(now)[1], 1.0)
    return math.dist(quad_centre(now), quad_centre(before)) / height, abs(math.log(height / height_before))
