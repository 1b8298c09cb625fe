"""Character classifiers: small networks that tell which of 36 characters a picture shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from streamer.datatypes import ALPHABET
from streamer.errors import ModelError
from streamer.litert import Model

CLASSIFIERS = ("simple", "mobilenet")
"""The classifiers that come with the project: `models/characters-NAME.tflite`."""


class CharacterClassifier:
    """Classifies characters one by one, with a model from `models/`.

    Parameters
    ----------
    path
        The `.tflite` file; its card lies beside it.
    threads
        CPU threads of one inference.

    Raises
    ------
    ModelError
        The model is missing, broken, no character classifier, or not what its card says.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        self._model = Model(path, "character classifier", threads)
        if self._model.contract.get("alphabet") != ALPHABET:
            raise ModelError(f"{path}: reads {self._model.contract.get('alphabet')}, but {ALPHABET} is wanted")
        height, width, channels = self._model.input_hwc
        if height != width or channels != 1:
            raise ModelError(f"{path}: takes {width}x{height}x{channels}, but square grey pictures are wanted")
        self.size_px = width
        self.prior = self._prior()

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Return probabilities (n, 36) float32 for pictures (n, size_px, size_px) uint8, ink 255 and paper 0.

        They tell a character by its shape alone; `prior` says how often each occurs.
        """
        if len(images) == 0:
            return np.zeros((0, len(ALPHABET)), np.float32)
        logits = np.stack([self._model.run(image[..., None])[0] for image in images])
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        return shifted / shifted.sum(axis=1, keepdims=True)

    def _prior(self) -> np.ndarray:
        """Return how much likelier each character is than in training, (36,) float32; 1 where the card doesn't say."""
        logits = self._model.contract.get("prior", [0.0] * len(ALPHABET))
        try:
            prior = np.exp(np.array(logits, np.float32))
        except (TypeError, ValueError):
            prior = np.zeros(0, np.float32)
        if prior.shape != (len(ALPHABET),) or not np.isfinite(prior).all():
            card = self._model.path.with_suffix(".yaml")
            raise ModelError(f"{card}: `prior` of its `contract` needs {len(ALPHABET)} numbers, one a character")
        return prior
