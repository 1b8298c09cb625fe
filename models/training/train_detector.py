"""`streamer train detector`: train the plate detector on rendered and real scenes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
from keras import layers, ops

from models.training.networks import detector_network
from models.training.scenes import BOX, IGNORE, SCENE_WH
from models.training.shards import Shards
from models.training.training_run import Arrays, RandomBatches, Score, TrainingRun, start_from, train_network
from streamer.detection.neural import STRIDE, UNIT


@dataclass(frozen=True, kw_only=True)
class DetectorRun(TrainingRun):
    """Everything that makes a run; written into its folder."""

    steps: int = 12000
    batch: int = 16
    learning_rate: float = 1.5e-3
    clip_norm: float = 10.0
    score_every: int = 4
    mirrored_share: float = 0.3
    """Share of scenes that are mirrored left to right."""
    coarse_share: float = 0.3
    """Share of scenes that look like a small picture enlarged, as far as their plates are large enough."""
    start: str | None = None
    """Weights to start from instead of random ones: a run that ended before, on other scenes."""


BOX_SLACK = 0.03
"""Shares of a plate's height by which the box of a real picture may be off without a loss: people draw them loosely."""

COARSEST, COARSE_PLATE = 3.0, 24.0
"""A scene is made at most so many times coarser, and its narrowest plate no narrower than so many px."""

SHAPE_WEIGHT = 3.0
"""Of the corners' loss beside the heat's."""


def targets(label: np.ndarray, grid_wh: tuple[int, int]) -> np.ndarray:
    """Return what the detector should say of a scene.

    Parameters
    ----------
    label
        (n, 9): kind + 1 (0 for none), then the corners in px, see `Scene.label`.
    grid_wh
        Cells of the map.

    Returns
    -------
    (h, w, 12) float32: heat 0 to 1 · whether the heat counts · weight of the corners · whether only the box is known ·
    the corners' x, y from the cell's centre in cells.
    """
    gw, gh = grid_wh
    out = np.zeros((gh, gw, 12), np.float32)
    out[..., 1] = 1
    cx, cy = np.meshgrid(np.arange(gw) + 0.5, np.arange(gh) + 0.5)
    for row in label:
        if row[0] == 0:
            continue
        kind = int(row[0]) - 1
        quad = row[1:].reshape(4, 2) / STRIDE
        (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
        if kind == IGNORE:
            inside = (cx > x0 - 1) & (cx < x1 + 1) & (cy > y0 - 1) & (cy < y1 + 1)
            out[..., 1][inside & (out[..., 0] < 0.5)] = 0
            continue
        mx, my = (x0 + x1) / 2, (y0 + y1) / 2
        sx, sy = max((x1 - x0) * 0.13, 0.55), max((y1 - y0) * 0.13, 0.55)
        heat = np.exp(-0.5 * (((cx - mx) / sx) ** 2 + ((cy - my) / sy) ** 2))
        at = int(np.clip(my, 0, gh - 1)), int(np.clip(mx, 0, gw - 1))
        heat[at] = 1
        mine = heat > out[..., 0]
        near = mine & (heat > 0.4)
        out[..., 0] = np.maximum(out[..., 0], heat)
        out[..., 2][near] = 1.0 / near.sum()
        out[..., 3][near] = kind == BOX
        out[near, 4:] = (quad[None] - np.stack([cx, cy], axis=-1)[near][:, None]).reshape(-1, 8)
    return out


def detector_loss(truth: keras.KerasTensor, output: keras.KerasTensor) -> keras.KerasTensor:
    """Return each scene's loss, (n,); truth (n, h, w, 12) as of `targets`, output (n, h, w, 13) as of `joined`.

    The heat's loss is the focal loss of CornerNet (Law and Deng 2018); the corners' is the absolute difference over
    the plate's height. Where only the upright box is known, the box around the predicted corners is compared, and the
    corners are asked only to form a parallelogram; such a box is never quite tight, so a small difference is none.
    """
    heat, counts, weight, box_only, corners = truth[..., 0], truth[..., 1], truth[..., 2], truth[..., 3], truth[..., 4:]
    logit = output[..., 0]
    p = ops.clip(ops.sigmoid(logit), 1e-5, 1 - 1e-5)
    peak = ops.cast(heat >= 0.999, "float32")
    positive = -((1 - p) ** 2) * ops.log(p) * peak
    negative = -(p**2) * ops.log(1 - p) * ((1 - heat) ** 4) * (1 - peak) * counts
    plates = ops.sum(peak, axis=(1, 2))
    heat_loss = ops.sum(positive + negative, axis=(1, 2)) / (plates + 1.0)

    centre, size = output[..., 1:3], ops.exp(ops.clip(output[..., 3:5], -3.0, 5.0))
    rest = ops.reshape(output[..., 5:13], (-1, *output.shape[1:3], 4, 2))
    quad = centre[..., None, :] + size[..., None, :] * (rest + UNIT)
    known = ops.reshape(corners, (-1, *output.shape[1:3], 4, 2))
    low, high = ops.min(known, axis=3), ops.max(known, axis=3)
    height = ops.maximum(high[..., 1] - low[..., 1], 0.75)
    by_corner = ops.mean(ops.abs(quad - known), axis=(3, 4))
    quad_low, quad_high = ops.min(quad, axis=3), ops.max(quad, axis=3)
    slack = BOX_SLACK * height[..., None]
    by_box = (_beyond(quad_low - low, slack) + _beyond(quad_high - high, slack)) / 2
    skew = ops.mean(ops.abs(quad[..., 0, :] + quad[..., 2, :] - quad[..., 1, :] - quad[..., 3, :]), axis=3)
    box_case = by_box + 0.25 * skew
    span = high - low
    sized = ops.mean(ops.abs(ops.log(ops.maximum(span, 0.1)) - output[..., 3:5]), axis=3)
    error = (box_only * box_case + (1 - box_only) * by_corner) / height + 0.1 * sized
    shape_loss = ops.sum(error * weight, axis=(1, 2)) / (plates + 1.0)
    return heat_loss + SHAPE_WEIGHT * shape_loss


def _beyond(difference: keras.KerasTensor, slack: keras.KerasTensor) -> keras.KerasTensor:
    """Return by how much differences (..., 2) exceed a slack on average, (...)."""
    return ops.mean(ops.maximum(ops.abs(difference) - slack, 0.0), axis=-1)


def draw_batch(scenes: Shards, run: DetectorRun, rng: np.random.Generator) -> Arrays:
    """Return a batch of scenes (n, h, w, 3) float32, 0 to 1, and what to say of them (n, h/8, w/8, 12)."""
    images, labels = scenes.draw(rng, run.batch)
    for k in np.flatnonzero(rng.random(len(images)) < run.coarse_share):
        images[k] = coarser(images[k], labels[k], rng)
    flip = rng.random(len(images)) < run.mirrored_share
    images[flip] = images[flip][:, :, ::-1]
    labels[flip] = mirrored(labels[flip])
    grid = SCENE_WH[0] // STRIDE, SCENE_WH[1] // STRIDE
    return images.astype(np.float32) / 255, np.stack([targets(label, grid) for label in labels])


def coarser(image: np.ndarray, label: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a scene (h, w, 3) uint8 as if a smaller picture, often a JPEG file, had been enlarged to it.

    Its narrowest plate, label (plates, 9), keeps a width of `COARSE_PLATE` px in the smaller picture.
    """
    quads = label[label[:, 0] > 0, 1:].reshape(-1, 4, 2)
    narrowest = float(np.ptp(quads[..., 0], axis=1).min()) if len(quads) else np.inf
    most = min(narrowest / COARSE_PLATE, COARSEST)
    if most <= 1:
        return image
    height, width = image.shape[:2]
    factor = rng.uniform(1, most)
    small = cv2.resize(image, (round(width / factor), round(height / factor)), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.6:
        quality = int(rng.integers(25, 90))
        small = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def mirrored(labels: np.ndarray) -> np.ndarray:
    """Return labels (n, plates, 9) of scenes mirrored left to right; corners stay clockwise from the top left."""
    out = labels.copy()
    quads = out[..., 1:].reshape(*out.shape[:2], 4, 2)
    quads[..., 0] = SCENE_WH[0] - quads[..., 0]
    out[..., 1:] = quads[:, :, [1, 0, 3, 2]].reshape(*out.shape[:2], 8)
    return out


def joined(model: keras.Model) -> keras.Model:
    """Return the detector with its three outputs as one map (h/8, w/8, 13), as the loss takes it."""
    return keras.Model(model.input, layers.Concatenate(dtype="float32", name="map")(model.outputs), name="joined")


def train(folder: Path, scenes: Path, score: Score, run: DetectorRun) -> keras.Model:
    """Train, or go on with the run in `folder`; return the model, see `joined`, with its averaged weights.

    Parameters
    ----------
    folder, score
        See `train_network`.
    scenes
        Folder of shards of scenes and labels.
    run
        The recipe.
    """
    shards = Shards(scenes)
    return train_network(
        folder,
        lambda: _network(run),
        detector_loss,
        RandomBatches(lambda rng: draw_batch(shards, run, rng), shards.refresh, run),
        score,
        run,
    )


def _network(run: DetectorRun) -> keras.Model:
    model = joined(detector_network(run.width, SCENE_WH))
    if run.start:
        start_from(model, Path(run.start))
    return model
