from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from streamer.voting.cut_off import CutOff
from streamer.voting.evidence import Grounds, Sight, grounds_of, shared, trust, weights
from tests.factories import make_quality


def sight(t: float, x: float = 0.0, certainty: float = 1.0, **quality: float) -> Sight:
    return Sight(t, x, 100.0, make_quality(**quality), certainty)


def test_a_good_plate_image_is_trusted_fully():
    assert trust(make_quality()) == 1


@pytest.mark.parametrize(
    "worse", [{"plate_height_px": 10}, {"sharpness": 0.1}, {"exposure": 0.1}, {"obliqueness": 0.8}, {"score": 0.2}]
)
def test_whatever_makes_a_read_bad_lowers_its_trust(worse):
    assert 0 < trust(make_quality(**worse)) < trust(make_quality())


def test_far_apart_reads_count_in_full():
    assert weights([sight(0, 0), sight(10, 500), sight(20, 900)], 0.25) == pytest.approx([1, 1, 1])


def test_the_same_frame_twice_counts_once():
    assert weights([sight(0), sight(0)], 0.25).sum() == pytest.approx(1)


def test_a_second_of_neighbouring_frames_counts_like_a_few():
    moving = [sight(frame / 30, 30.0 * frame) for frame in range(30)]
    assert 2 < weights(moving, 0.25).sum() < 8


def test_a_plate_that_stands_still_gains_little_with_time():
    assert weights([sight(10.0 * k) for k in range(10)], 0.25).sum() < 3


def test_the_best_read_counts_in_full_and_its_bad_neighbour_for_the_rest():
    both = weights([sight(0, sharpness=0.1), sight(0.01, 1)], 0.25)
    assert both[1] == 1
    assert both[0] < 0.1


def test_the_order_does_not_matter():
    sights = [sight(0.2, 3), sight(0.0, 0), sight(0.1, 2, sharpness=0.2)]
    there, back = weights(sights, 0.25), weights(sights[::-1], 0.25)
    assert np.allclose(there, back[::-1])


def test_a_read_that_doubts_itself_counts_for_less():
    """Of a sharp plate image, too: a smear that looks sharp is read with doubt."""
    sure, doubtful, blank = weights([sight(0), sight(60, 500, 0.5), sight(120, 900, 0.0)], 0.25)
    assert sure == 1
    assert doubtful == pytest.approx(0.5**3)
    assert 0 < blank < 0.05


def test_overlays_share_nearly_all_with_each_other_and_half_with_a_frame():
    """They are of the same frames, which fixes what all have in common, but of another noise than each of them."""
    frames = [Sight(10.0 * n, 500.0 * n, 0.0, make_quality(), 0.9) for n in range(2)]
    overlays = [Sight(10.0 * n, 500.0 * n, 0.0, make_quality(), 0.9, overlay=True) for n in range(2)]
    common = shared([*frames, *overlays], 0.1)
    assert common[0, 1] == pytest.approx(0, abs=1e-6)
    assert common[2, 3] == 0.85
    assert np.all(common[:2, 2:] == 0.5)
    assert np.array_equal(common, common.T)


def test_of_neighbouring_frames_the_one_that_shows_the_whole_plate_counts_fully():
    """The other one, a little sharper, is at the frame's edge."""
    cut = Sight(0.0, 0.0, 100.0, make_quality(score=0.9), 0.97, cut=CutOff(beginning=0.8))
    whole = Sight(0.02, 40.0, 100.0, make_quality(score=0.9), 0.95)
    at_edge, seen = weights([cut, whole], correlation_s=0.1)
    assert seen == pytest.approx(0.95**3 * trust(make_quality(score=0.9)))
    assert at_edge < 0.2 * seen


def test_a_text_stands_on_its_reads_the_surest_of_them_and_its_length():
    sights = [sight(0, certainty=0.6), sight(9, 400, certainty=0.9)]
    assert grounds_of(sights, np.array([0.3, 0.8]), "AB123") == Grounds(pytest.approx(1.1), 0.9, 5, 1.0)


def test_blockiness_is_that_of_the_frames_that_count():
    """Images laid over one another have a grid of their own; what noise adds and takes away is no block."""
    sights = [sight(0, blockiness=1.44), sight(9, 400, blockiness=1.0), sight(9, 400, blockiness=9.0)]
    sights[2] = replace(sights[2], overlay=True)
    assert grounds_of(sights, np.array([1.0, 1.0, 1.0]), "AB123").blockiness == pytest.approx(1.2)
    assert grounds_of(sights, np.array([3.0, 1.0, 1.0]), "AB123").blockiness > 1.3
    assert grounds_of(sights[2:], np.array([1.0]), "AB123").blockiness == 1
    assert grounds_of([sight(0, blockiness=0.9)], np.array([1.0]), "AB123").blockiness == 1
