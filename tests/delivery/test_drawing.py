"""What people see on a frame."""

from __future__ import annotations

import numpy as np
import pytest

from streamer.datatypes import Character, TrackState, TrackView, Vote
from streamer.delivery.drawing import STATE_COLOURS, annotate
from streamer.geometry import quad_of_box
from tests.factories import make_report

VOTE = Vote("RK300AS", 0.97, tuple(Character(char, 0.9) for char in "RK300AS"))


def track(quad: np.ndarray | None = None, state: TrackState = TrackState.CONFIRMED, track_id: int = 12) -> TrackView:
    quad = quad_of_box(200, 150, 120, 30) if quad is None else quad
    return TrackView(track_id, state, quad, (0.0, 0.0), 3, 0.0, 1.0, None, None)


def black(width: int = 640, height: int = 360) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


def drawn(*tracks: TrackView, votes: dict[int, Vote] | None = None, image: np.ndarray | None = None) -> np.ndarray:
    return annotate(make_report(tracks=tracks, votes=votes, image=black() if image is None else image))


def test_the_frame_is_unchanged_and_the_result_is_new() -> None:
    image = black()
    image.setflags(write=False)
    result = drawn(track(), votes={12: VOTE}, image=image)
    assert not image.any()
    assert result.any()
    assert result.shape == image.shape
    assert result.flags.writeable


def test_without_tracks_only_the_header_is_drawn() -> None:
    result = drawn()
    assert result[:20].any()
    assert not result[30:].any()


@pytest.mark.parametrize("state", list(STATE_COLOURS))
def test_the_quads_outline_has_the_colour_of_its_state(state: TrackState) -> None:
    result = drawn(track(state=state))
    assert tuple(result[150, 260]) == STATE_COLOURS[state]
    assert tuple(result[165, 200]) == STATE_COLOURS[state]


def test_a_deleted_track_is_not_drawn() -> None:
    assert np.array_equal(drawn(track(state=TrackState.DELETED)), drawn())


def test_the_vote_makes_the_label_longer_and_certainty_makes_bars_longer() -> None:
    number_only, voted = drawn(track()), drawn(track(), votes={12: VOTE})
    assert (voted[100:148] > 0).sum() > (number_only[100:148] > 0).sum()
    sure = Vote("RK300AS", 1.0, tuple(Character(char, 1.0) for char in "RK300AS"))
    unsure = Vote("RK300AS", 1.0, tuple(Character(char, 0.1) for char in "RK300AS"))
    green = [(drawn(track(), votes={12: vote})[100:148, :, 1] > 90).sum() for vote in (sure, unsure)]
    assert green[0] > green[1]


@pytest.mark.parametrize("y", [0.0, 355.0])
def test_a_label_stays_inside_at_the_edges(y: float) -> None:
    """Label above, and where there is no room below; at the right edge it is moved in."""
    result = drawn(track(quad_of_box(600, y, 40, 5)), votes={12: VOTE})
    rows = np.flatnonzero((result[:, 400:600] > 200).all(axis=2).any(axis=1))
    assert len(rows)


def test_labels_of_neighbours_do_not_cover_each_other() -> None:
    one = drawn(track(track_id=1), votes={1: VOTE})
    two = drawn(track(track_id=1), track(quad_of_box(205, 152, 120, 30), track_id=1), votes={1: VOTE})
    white = [(image > 250).all(axis=2).sum() for image in (drawn(), one, two)]
    assert white[2] - white[1] == pytest.approx(white[1] - white[0], rel=0.2)


@pytest.mark.parametrize(
    "quad",
    [
        np.full((4, 2), np.nan, np.float32),
        np.full((4, 2), np.inf, np.float32),
        quad_of_box(-1e9, -1e9, 2e9, 2e9),
        quad_of_box(5000, 5000, 10, 10),
        quad_of_box(200, 150, 120, 30)[::-1].copy(),
    ],
)
def test_a_quad_that_is_nowhere_is_harmless(quad: np.ndarray) -> None:
    before = quad.copy()
    drawn(track(quad), votes={12: VOTE})
    assert np.array_equal(quad, before, equal_nan=True)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2000), (640, 360), (1920, 1080), (3840, 2160)])
def test_any_size_of_frame(width: int, height: int) -> None:
    result = drawn(track(), votes={12: VOTE}, image=black(width, height))
    assert result.shape == (height, width, 3)


def test_text_grows_with_the_frame() -> None:
    shares = []
    for height in (360, 720, 1440, 2160):
        result = drawn(image=black(height * 16 // 9, height))
        shares.append(np.flatnonzero((result > 200).all(axis=2).any(axis=1)).max() / height)
    assert max(shares) - min(shares) < 0.02


def test_a_camera_with_accents_and_certainties_out_of_range_are_harmless() -> None:
    vote = Vote("Ä?", 2.0, (Character("Ä", 1.7), Character("?", float("nan"))))
    report = make_report(tracks=(track(),), votes={12: vote}, image=black(), camera="dvůr")
    annotate(report)
