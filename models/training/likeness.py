"""`streamer train likeness`: do rendered plate images look like real ones, to the eye and to a small classifier?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
from keras import layers

from models.training.contract import READER_WH

CELLS = (6, 16)
"""Columns and rows of the contact sheet, for each of the two sides."""


@dataclass(frozen=True)
class Likeness:
    """How well a small network tells rendered from real plate images it was not trained on."""

    accuracy: float
    """0.5 is chance."""
    samples: int


def contact_sheet(rendered: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Return plate images (n, 64, 160) uint8 side by side, rendered at the left, real at the right."""
    gap = np.full((CELLS[1] * READER_WH[1], 12), 255, np.uint8)
    return np.hstack([_grid(rendered), gap, _grid(real)])


def _grid(images: np.ndarray) -> np.ndarray:
    cols, rows = CELLS
    return np.vstack([np.hstack(list(images[row * cols : (row + 1) * cols])) for row in range(rows)])


def _classifier() -> keras.Model:
    image = keras.Input((READER_WH[1] // 2, READER_WH[0] // 2, 1))
    x = image
    for filters in (8, 16, 32):
        x = layers.Conv2D(filters, 3, 2, padding="same", activation="relu")(x)
    x = layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(image, layers.Dense(1, activation="sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], jit_compile=False)
    return model


def measure(rendered: np.ndarray, real: np.ndarray, seed: int = 1, epochs: int = 12) -> Likeness:
    """Train the classifier on two thirds of the images and return how it does on the rest; classes weigh the same."""
    keras.utils.set_random_seed(seed)
    count = min(len(rendered), len(real))
    rng = np.random.default_rng(seed)
    both = np.concatenate([rendered[rng.permutation(len(rendered))[:count]], real[rng.permutation(len(real))[:count]]])
    small = np.stack(
        [cv2.resize(image, (READER_WH[0] // 2, READER_WH[1] // 2), interpolation=cv2.INTER_AREA) for image in both]
    )
    small = (small.astype(np.float32) - small.mean(axis=(1, 2), keepdims=True)) / (
        small.std(axis=(1, 2), keepdims=True) + 1
    )
    is_real = np.repeat([0.0, 1.0], count)
    order = rng.permutation(2 * count)
    cut = 4 * count // 3
    model = _classifier()
    model.fit(small[order[:cut], ..., None], is_real[order[:cut]], epochs=epochs, batch_size=64, verbose=0)
    _, accuracy = model.evaluate(small[order[cut:], ..., None], is_real[order[cut:]], verbose=0)
    return Likeness(float(accuracy), 2 * count - cut)


def compare(rendered: np.ndarray, real: np.ndarray, sheet: Path) -> Likeness:
    """Write the contact sheet and return the classifier's measure."""
    cells = CELLS[0] * CELLS[1]
    cv2.imwrite(str(sheet), contact_sheet(rendered[:cells], real[:cells]))
    return measure(rendered, real)
