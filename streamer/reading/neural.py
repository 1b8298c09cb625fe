"""The default reader: the project's own network with a CTC head, which reads a whole plate at once."""

from __future__ import annotations

import cv2
import numpy as np

from streamer.config import ReadingConfig
from streamer.datatypes import ALPHABET, BLANK, PlateRead
from streamer.errors import ModelError
from streamer.geometry import grow_quad, rectify
from streamer.interfaces import Trace
from streamer.litert import Model
from streamer.places import models_dir
from streamer.reading.contrast import even_contrast
from streamer.reading.quality import measure_quality


class NeuralReader:
    """Reads plates with the network `models/reader.tflite`.

    Parameters
    ----------
    config
        Its threads, and the room that a found plate gets.

    Raises
    ------
    ModelError
        The model is missing, broken, or not what its card says.
    """

    def __init__(self, config: ReadingConfig) -> None:
        self._model = Model(models_dir() / "reader.tflite", "plate reader", config.threads)
        if self._model.contract.get("alphabet") != ALPHABET:
            raise ModelError(
                f"{self._model.path}: reads {self._model.contract.get('alphabet')}, but {ALPHABET} is wanted"
            )
        self._margin = self._pair("margin")
        self._room = config.room_width, config.room_height
        self._contrast = self._pair("contrast")

    def read(
        self, image: np.ndarray, quad: np.ndarray, score: float | None = None, trace: Trace | None = None
    ) -> PlateRead:
        """Read the plate at `quad` (4, 2) px of `image` (H, W, 3) uint8 BGR; `score` as for any `Reader`."""
        height, width, _ = self._model.input_hwc
        roomy = quad if score is None else grow_quad(quad, self._room)
        plate = rectify(image, roomy, (width, height), self._margin)
        grey = plate if plate.ndim == 2 else cv2.cvtColor(plate, cv2.COLOR_BGR2GRAY)
        (logits,) = self._model.run(even_contrast(grey, *self._contrast)[..., None])
        probabilities = softmax(logits)
        probabilities.flags.writeable = False
        text, char_scores = best_path(probabilities)
        if trace:
            trace("rectified plate", plate, f"{width}x{height}")
            trace("column probabilities", np.round(255 * probabilities.T).astype(np.uint8), text)
        return PlateRead(probabilities, text, char_scores, measure_quality(grey, quad, score))

    def _pair(self, key: str) -> tuple[float, float]:
        """Return two numbers of the contract."""
        try:
            first, second = self._model.contract[key]
            return float(first), float(second)
        except (KeyError, TypeError, ValueError) as error:
            card = self._model.path.with_suffix(".yaml")
            raise ModelError(f"{card}: not a model card: its `contract` needs `{key}`, as two numbers") from error


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities (n, k) float32 of logits (n, k)."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)


def best_path(probabilities: np.ndarray) -> tuple[str, tuple[float, ...]]:
    """Return the text of the most probable path, and the largest probability of each of its characters.

    References
    ----------
    A. Graves et al., Connectionist Temporal Classification, ICML 2006, section 3.2.
    """
    path = probabilities.argmax(axis=1)
    text: list[str] = []
    scores: list[float] = []
    before = BLANK
    for column, k in enumerate(path):
        value = float(probabilities[column, k])
        if k != BLANK and k == before:
            scores[-1] = max(scores[-1], value)
        elif k != BLANK:
            text.append(ALPHABET[k])
            scores.append(value)
        before = k
    return "".join(text), tuple(scores)
