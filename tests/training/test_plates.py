"""The renderer of plates: what it writes is what it says, anywhere in the alphabet, and the same for the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("PIL")

from models.training.crops import PAD, Hardness, encode, jitter_quad, render_crops
from models.training.fonts import GlyphSet
from models.training.glyphs import CELL_H, GlyphStyle
from models.training.looks import LOOKS
from models.training.plates import PlateRenderer
from models.training.real import is_held_out, plain
from models.training.shards import Shards, write_shards
from streamer.datatypes import ALPHABET, MAX_PLATE_LENGTH
from streamer.geometry import quad_of_box
from streamer.voting.formats import load_formats


@pytest.fixture(scope="module")
def renderer(request: pytest.FixtureRequest) -> PlateRenderer:
    project = request.config.rootpath
    return PlateRenderer([], project / "config" / "formats", seed=3, styles=6)


def test_every_style_draws_every_character_with_ink():
    rng = np.random.default_rng(5)
    for _ in range(4):
        glyphs = GlyphSet.of_style(GlyphStyle.sample(rng))
        assert set(glyphs.masks) == set(ALPHABET)
        for mask in glyphs.masks.values():
            assert mask.shape[0] == CELL_H
            assert mask.max() > 200


def test_no_two_characters_of_a_style_with_serifs_look_the_same():
    style = GlyphStyle.sample(np.random.default_rng(1))
    glyphs = GlyphSet.of_style(style)
    seen = {}
    for char, mask in glyphs.masks.items():
        key = mask.tobytes() + bytes(str(mask.shape), "ascii")
        twins = {"0": "O", "O": "0", "1": "I", "I": "1"}
        assert key not in seen or twins.get(char) == seen[key], (char, seen.get(key))
        seen[key] = char


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.codes[0])
def test_every_look_draws_a_plate_that_can_be_read(renderer, look):
    for _ in range(3):
        plate = renderer.render(look)
        assert 1 <= len(plate.text) <= MAX_PLATE_LENGTH
        assert set(plate.text) <= set(ALPHABET)
        assert plate.image.dtype == np.uint8
        assert plate.image.std() > 5
        assert plate.lines in (1, 2)


def test_stacked_groups_are_read_from_above_then_the_rest(renderer):
    indian = replace(next(look for look in LOOKS if look.codes == ("in",)), stacked=1.0, two_line=0.0)
    stacked = 0
    for _ in range(12):
        plate = renderer.render(indian)
        assert len(plate.places) == len(plate.text)
        tops = [place.top for place in plate.places]
        if len(set(tops)) == 1:  # a text of fewer than three groups
            continue
        stacked += 1
        upper, lower, rest = ([place for place in plate.places if place.top == top] for top in dict.fromkeys(tops))
        assert [*upper, *lower, *rest] == list(plate.places)
        assert upper[0].bottom <= lower[0].top
        assert max(place.right for place in upper + lower) <= rest[0].left
    assert stacked >= 6


def test_most_texts_follow_the_country_s_formats(renderer, project):
    formats = load_formats(project / "config" / "formats").select(["sk"])
    look = next(look for look in LOOKS if look.codes == ("sk",))
    texts = [renderer.render(look).text for _ in range(60)]
    assert sum(bool(formats.match(text)) for text in texts) >= 40


def test_the_same_seed_draws_the_same_plates(project):
    a, b = (PlateRenderer([], project / "config" / "formats", seed=9, styles=3) for _ in range(2))
    for _ in range(5):
        one, other = a.render(), b.render()
        assert one.text == other.text
        np.testing.assert_array_equal(one.image, other.image)


def test_encode_pads_and_keeps_the_order():
    label = encode("B10")
    assert [ALPHABET[k] for k in label[:3]] == ["B", "1", "0"]
    assert (label[3:] == PAD).all()
    assert len(encode("A" * MAX_PLATE_LENGTH)) == MAX_PLATE_LENGTH


def test_jitter_moves_corners_a_little_and_leaves_its_input():
    quad = quad_of_box(10, 10, 100, 20)
    before = quad.copy()
    moved = jitter_quad(quad, np.random.default_rng(0))
    np.testing.assert_array_equal(quad, before)
    assert 0 < abs(moved - quad).max() < 25


def test_shards_hold_what_was_rendered_and_are_not_drawn_twice(renderer, tmp_path):
    calls = []

    def samples(seed: int, count: int):
        calls.append(seed)
        return render_crops(renderer, count, [], Hardness())

    write_shards(tmp_path, 0, 2, 6, samples, seed=1)
    write_shards(tmp_path, 0, 2, 6, samples, seed=1)
    assert len(calls) == 2
    shards = Shards(tmp_path)
    assert shards.refresh() == 12
    images, labels = shards.draw(np.random.default_rng(0), 5)
    assert images.shape == (5, 64, 160)
    assert labels.shape == (5, MAX_PLATE_LENGTH)


def test_the_split_depends_on_the_group_alone_and_holds_out_about_a_sixth():
    held = sum(is_held_out(f"set/{k}") for k in range(3000))
    assert 400 < held < 600
    assert is_held_out("set/7") == is_held_out("set/7")


def test_labels_are_reduced_to_what_is_read():
    assert plain("皖AX-888 y") == "AX888Y"


def grain(images: list[np.ndarray]) -> float:
    """Return what differs from pixel to pixel in the middle of plate images, in grey levels."""
    return float(np.mean([np.abs(np.diff(image[16:48, 20:140].astype(float), axis=0)).mean() for image in images]))


def test_a_camera_with_much_gain_makes_grain_and_laying_frames_over_one_another_takes_it_away(renderer):
    """All are in the training set: the vote shows the reader single frames and two images of several frames each."""
    kinds = {
        "clear": Hardness(grainy=0),
        "grainy": Hardness(grainy=1, laid=0),
        "mean": Hardness(grainy=1, laid=1, sharp=0),
        "sharp": Hardness(grainy=1, laid=1, sharp=1),
    }
    found = {name: grain([image for image, _ in render_crops(renderer, 25, [], hard)]) for name, hard in kinds.items()}
    assert found["grainy"] > 1.3 * found["clear"]
    assert found["mean"] < 0.85 * found["grainy"]
    assert found["sharp"] > 1.3 * found["mean"]


def test_plate_images_laid_over_one_another_are_of_the_reader_s_size(renderer):
    for image, label in render_crops(renderer, 5, [], Hardness(grainy=1, laid=1)):
        assert image.shape == (64, 160)
        assert image.dtype == np.uint8
        assert label.shape == (MAX_PLATE_LENGTH,)
