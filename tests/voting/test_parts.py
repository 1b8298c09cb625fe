from __future__ import annotations

import math

import numpy as np
import pytest

from streamer.voting.cut_off import UNCUT, CutOff
from streamer.voting.evidence import Sight
from streamer.voting.parts import explained_by_parts
from tests.factories import make_quality

WHOLE, HALF = math.log(4.0), math.log(2.0)


def sight(log_aspect: float, cut: CutOff = UNCUT, x: float = 0.0, overlay: bool = False) -> Sight:
    """Return what was read at `x`, 20 px high."""
    return Sight(0.0, x, 100.0, make_quality(plate_height_px=20.0), 0.95, overlay, log_aspect, cut)


def explained(texts: list[str], likelihoods: list[list[float]], log_aspects: list[float]) -> np.ndarray:
    before = np.array(likelihoods, float)
    kept = before.copy()
    sights = [sight(log_aspect, x=1000.0 * number) for number, log_aspect in enumerate(log_aspects)]
    after, _ = explained_by_parts(texts, before, np.ones(len(before)), sights)
    assert np.array_equal(before, kept), "input unchanged"
    assert np.all(after >= before)
    return after


def test_nothing_to_explain():
    whole, longer = explained_by_parts([], np.zeros((0, 0)), np.zeros(0), [])
    assert (whole.shape, longer.shape) == ((0, 0), (2, 0, 0))
    assert explained(["MTSV98"], [[1.0]], [WHOLE]).tolist() == [[1.0]]


def test_a_read_half_as_wide_says_nothing_against_the_whole():
    """`MTSV98` on a quad of aspect 4, then `MTS` on one of aspect 2: off by ln 3/6, exactly what the part makes of it.

    The densities are 1 about the part and exp(-(ln 2 / 0.2)^2 / 2) = 0.0025 about the whole, so that a part it is with
    a probability of 0.1 / (0.1 + 0.9 * 0.0025) = 0.98.
    """
    after = explained(["MTSV98", "MTS"], [[1, 0], [0, 1]], [WHOLE, HALF])
    assert after[1, 0] == pytest.approx(0.978, abs=0.001)
    assert after[0].tolist() == [1, 0], "the whole says all against the part"


def test_the_end_is_a_part_too_but_not_the_middle():
    assert explained(["MTSV98", "V98"], [[1, 0], [0, 1]], [WHOLE, HALF])[1, 0] > 0.9
    assert explained(["MTSV98", "TSV9"], [[1, 0], [0, 1]], [WHOLE, HALF])[1, 0] == 0


def test_a_read_as_wide_as_the_whole_is_no_part():
    """The reader that invents a first letter, or loses it: the quad doesn't tell which of the two it was."""
    after = explained(["MTSV98", "MTS"], [[1, 0], [0, 1]], [WHOLE, WHOLE])
    assert after[1, 0] < 0.001


def test_a_quad_narrower_than_the_part_needs_is_one_of_a_part():
    assert explained(["MTSV98", "MTSV9"], [[1, 0], [0, 1]], [WHOLE, math.log(0.5)])[1, 0] > 0.1


def test_one_character_is_no_part_but_two_are():
    """`LEVX7` was read four times, then `LE` beside a post six times, and `LE` was told."""
    assert explained(["MTSV98", "M"], [[1, 0], [0, 1]], [WHOLE, math.log(4 / 6)])[1, 0] == 0
    assert explained(["MTSV98", "MT"], [[1, 0], [0, 1]], [WHOLE, math.log(4 / 3)])[1, 0] > 0.9


def test_a_text_that_nobody_saw_whole_gains_nothing_it_can_be_told_by():
    """Without support its aspect is unknown; a part as wide as anything then proves little."""
    after = explained(["MTSV98", "MTS"], [[0, 1], [0, 1]], [HALF, HALF])
    assert np.all(np.isfinite(after))


def test_of_the_characters_that_could_follow_one_that_nobody_saw_is_no_better_than_the_others():
    """A sure read of `MTSV9` that thinks of `MTSV98`, too: it may not make that of itself."""
    assert explained(["MTSV9", "MTSV98"], [[1, 0.01]], [WHOLE]).tolist() == [[1, 0.01]]


def test_at_the_frames_edge_a_read_is_of_what_it_names_or_of_more():
    """Cut off with 0.8: 0.2 for the text itself, 0.8 for a longer one; a read elsewhere is whole."""
    sights = [sight(WHOLE, CutOff(end=0.8)), sight(WHOLE, x=200)]
    whole, longer = explained_by_parts(["UD538"], np.ones((2, 1)), np.ones(2), sights)
    assert whole[:, 0] == pytest.approx([0.2, 1.0])
    assert longer[:, :, 0] == pytest.approx(np.array([[0, 0], [0.8, 0]])), "after it"


def test_at_the_frames_edge_a_part_speaks_for_the_whole_whatever_its_quad():
    """Not narrower than the whole, where it would have to be by ln 5/6 = -0.18: exp(-0.18² / 0.08) = 0.66.

    Of a part with 1 - 0.9 * 0.2 = 0.82 before the quad is known, so 0.82 * 0.66 / (0.82 * 0.66 + 0.18) = 0.75.
    """
    sights = [sight(WHOLE), sight(WHOLE, CutOff(end=0.8), x=200)]
    whole, _ = explained_by_parts(["UD5380", "UD538"], np.eye(2), np.ones(2), sights)
    assert whole[1] == pytest.approx([0.75, 0.2], abs=0.005)


def test_the_edge_hides_the_end_and_not_the_beginning():
    sights = [sight(WHOLE), sight(WHOLE, CutOff(end=0.8), x=200)]
    whole, _ = explained_by_parts(["UD5380", "D5380"], np.eye(2), np.ones(2), sights)
    assert whole[1, 0] < 0.1


def test_more_and_more_of_a_plate_that_comes_in_is_always_a_part():
    """`538`, then `D538`, both cut off: the first is no part of a whole `D538`, but both are of something longer."""
    sights = [sight(math.log(3.0), CutOff(beginning=0.8)), sight(WHOLE, CutOff(beginning=0.8), x=200)]
    whole, longer = explained_by_parts(["538", "D538"], np.eye(2), np.ones(2), sights)
    assert longer[0, :, 1] == pytest.approx([0.93, 0.8], abs=0.005), "0.82 / (0.82 + 0.18 exp(-0.288² / 0.08))"
    assert whole[:, 1].prod() < longer[0, :, 1].prod()


def test_what_hid_the_rest_of_an_earlier_part_still_hides_some():
    """`384` on a quad from x = 475 to 508, then `RU384` from 475 to 530: a post stands to the left of 475.

    That `384` is a part is nearly certain: off by ln 33/55 = ln 3/5. So `RU384` begins where something hides, and is
    cut off with 0.74.
    """
    sights = [sight(math.log(33 / 20), x=491.5), sight(math.log(55 / 20), x=502.5)]
    whole, longer = explained_by_parts(["384", "RU384"], np.eye(2), np.ones(2), sights)
    assert whole[1] == pytest.approx([0, 0.28], abs=0.01)
    assert longer[0, 1] == pytest.approx([0, 0.72], abs=0.01)
    assert longer[0, 0, 1] > 0.7
    assert not longer[1].any(), "nothing hides the end"


def test_a_plate_that_has_come_out_from_behind_the_post_is_whole():
    """The same, but `NRU384` ends 3 heights to the right of the post: nothing hides it there."""
    sights = [sight(math.log(33 / 20), x=491.5), sight(math.log(66 / 20), x=568)]
    whole, longer = explained_by_parts(["384", "NRU384"], np.eye(2), np.ones(2), sights)
    assert whole[1, 1] > 0.99
    assert longer[0, 1, 1] < 0.01


def test_an_overlay_shows_no_more_than_the_frames():
    """Its images were all cut off by the post, though itself it is in no frame."""
    frames = [sight(math.log(33 / 20), x=491.5), sight(math.log(55 / 20), x=502.5)]
    sights = [*frames, sight(math.log(55 / 20), x=700.0, overlay=True)]
    relative = np.array([[1, 0], [0, 1], [0, 1]], float)
    whole, longer = explained_by_parts(["384", "RU384"], relative, np.ones(3), sights)
    assert whole[2, 1] == pytest.approx(whole[1, 1], abs=0.01)
    assert longer[0, 2, 1] == pytest.approx(longer[0, 1, 1], abs=0.01)
    sights[1] = sight(math.log(55 / 20), x=700)
    whole, _ = explained_by_parts(["384", "RU384"], relative, np.ones(3), sights)
    assert whole[2, 1] > 0.99, "one frame shows all"


def test_a_plate_that_passes_between_two_posts_is_whole_between_them():
    """`168`, `AE168` just come out, `AE168` just going in, `AE1`: each is cut off at one side, no side by both."""
    part, all_ = math.log(33 / 20), math.log(55 / 20)
    sights = [sight(part, x=100), sight(all_, x=111), sight(all_, x=150), sight(part, x=161)]
    texts, relative = ["168", "AE168", "AE1"], np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]], float)
    whole, longer = explained_by_parts(texts, relative, np.ones(4), sights)
    assert whole[1:3, 1] == pytest.approx([0.27, 0.27], abs=0.02)
    assert longer[0, 1:3, 1] == pytest.approx([0.73, 0], abs=0.02), "nothing before it: the third shows that"
    assert longer[1, 1:3, 1] == pytest.approx([0, 0.73], abs=0.02), "nothing after it: the second shows that"


def test_a_read_in_doubt_proves_no_post():
    """A smeared `384` of `RU384`: the reader may as well have lost two characters. So `RU384` is not cut off."""
    sights = [sight(math.log(33 / 20), x=491.5), sight(math.log(55 / 20), x=502.5)]
    _, longer = explained_by_parts(["384", "RU384"], np.diag([0.2, 1.0]), np.ones(2), sights)
    assert longer[0, 1, 1] == pytest.approx(0.2 * 0.72, abs=0.01)


def test_without_anything_that_hides_it_nothing_has_more_to_it():
    """`GC021`, then `KGC021` elsewhere: a part as any, and no reason to think of a third text that is longer still."""
    sights = [sight(math.log(3.0), x=100), sight(WHOLE, x=900)]
    _, longer = explained_by_parts(["GC021", "KGC021"], np.eye(2), np.ones(2), sights)
    assert longer.max() < 0.001


def test_a_plate_that_stands_while_something_goes_by_before_it_is_whole():
    """`KUR962`, then `UR962`, a third of a height narrower, and `KUR962` again; it was no longer told at all."""
    whole_aspect, part_aspect = math.log(29 / 20), math.log(23 / 20)
    sights = [sight(whole_aspect, x=578), sight(part_aspect, x=581), sight(whole_aspect, x=578)]
    relative = np.array([[1, 0], [0, 1], [1, 0]], float)
    whole, longer = explained_by_parts(["KUR962", "UR962"], relative, np.ones(3), sights)
    assert whole[[0, 2], 0] == pytest.approx([1, 1])
    assert longer.max() < 0.001
