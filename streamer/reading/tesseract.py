"""Tesseract as a reader: the general text recognizer, as a baseline."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import cv2
import numpy as np

from streamer.config_methods import TesseractConfig
from streamer.datatypes import ALPHABET, MAX_PLATE_LENGTH, PlateRead
from streamer.errors import ConfigError, ModelError
from streamer.geometry import quad_size, rectify
from streamer.interfaces import Trace
from streamer.pixels import grey_of, otsu_ink
from streamer.reading.ink import without_border
from streamer.reading.quality import measure_quality
from streamer.reading.slots import plate_read_of_slots, slots_of_text

ADVICE = "pip install 'streamer[tesseract]' and apt install tesseract-ocr"

LEAST = 0.35
"""Confidence of a word at least: Tesseract rates a sound word that is in no dictionary 0, and still gives it.

Of 22 texts of five characters or more that it gave for 48 labelled training plates 8 were right, 7 of them rated 0.
"""


class TesseractReader:
    """Reads a plate with Tesseract's own models.

    Parameters
    ----------
    config
        Page segmentation mode, size of the plate image, border clearing.

    Raises
    ------
    ConfigError
        When pytesseract, the program `tesseract` or the language's data isn't installed.

    Notes
    -----
    Tesseract rates words, not characters: each character gets the share with which all together have the word's.
    """

    def __init__(self, config: TesseractConfig) -> None:
        self._config = config
        self._tesseract = _load(config.language)

    def read(
        self, image: np.ndarray, quad: np.ndarray, score: float | None = None, trace: Trace | None = None
    ) -> PlateRead:
        """Read the plate at `quad` (4, 2) px of `image` (H, W, 3) uint8 BGR; `score` is the detector's.

        Raises
        ------
        ModelError
            When the program fails.
        """
        config = self._config
        width, height = quad_size(quad)
        size = max(16, round(config.height_px * min(width / max(height, 1e-6), 10.0))), config.height_px
        plate = grey_of(rectify(image, quad, size, (config.margin, config.margin)))
        page = self._page(plate)
        if trace:
            trace("plate", plate, f"{width:.0f} x {height:.0f} px in the frame")
            trace("page", page, f"page segmentation mode {config.page_mode}")
        text, confidence = self._recognize(page) if page.min() == 0 else ("", np.zeros(0, np.float32))
        return plate_read_of_slots(slots_of_text(text, confidence), measure_quality(plate, quad, score))

    def _page(self, plate: np.ndarray) -> np.ndarray:
        """Return the plate as a page, dark on white (h, w) uint8, with a white margin."""
        dark = otsu_ink(plate)
        ink = dark if np.mean(dark) < 127 else 255 - dark
        if self._config.clear_border:
            ink = without_border(ink)
        rim = self._config.height_px // 8
        return cv2.copyMakeBorder(255 - ink, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=255)

    def _recognize(self, page: np.ndarray) -> tuple[str, np.ndarray]:
        """Return the text and each character's confidence (n,); an empty text when it took too long or crashed.

        Raises
        ------
        ModelError
            When the program fails, as with broken language data.
        """
        options = f"--psm {self._config.page_mode} -c tessedit_char_whitelist={ALPHABET} -c load_system_dawg=0"
        try:
            words = self._tesseract.image_to_data(
                page,
                lang=self._config.language,
                config=options,
                timeout=self._config.timeout_s,
                output_type=self._tesseract.Output.DICT,
            )
        except (self._tesseract.TesseractError, OSError) as error:
            if getattr(error, "status", 0) < 0:  # ended by a signal: it divides by zero on some pages
                return "", np.zeros(0, np.float32)
            raise ModelError(f"reading.reader: tesseract failed: {_reason(error)}") from error
        except RuntimeError:
            return "", np.zeros(0, np.float32)
        text, confidence = "", []
        for word, rating in zip(words["text"], words["conf"], strict=True):
            known = "".join(char for char in word.upper() if char in ALPHABET)
            text += known
            confidence += [word_share(float(rating) / 100, len(known))] * len(known)
        return text[:MAX_PLATE_LENGTH], np.array(confidence[:MAX_PLATE_LENGTH], np.float32)


def word_share(rating: float, characters: int) -> float:
    """Return what each of a word's characters is trusted, so that all together are trusted as the word is, 0 to 1."""
    return min(max(rating, LEAST), 1.0) ** (1 / max(characters, 1))


def _reason(error: Exception) -> str:
    """Return what the program said, in one line."""
    return " ".join(str(getattr(error, "message", "") or error).split())


def _load(language: str) -> ModuleType:
    try:
        tesseract = import_module("pytesseract")
    except ImportError as error:
        raise ConfigError(f"reading.reader: tesseract needs pytesseract, which isn't installed: {ADVICE}") from error
    try:
        languages = tesseract.get_languages()
    except tesseract.TesseractNotFoundError as error:
        raise ConfigError(f"reading.reader: the program tesseract isn't installed: {ADVICE}") from error
    if language not in languages:
        known = ", ".join(sorted(languages))
        raise ConfigError(f"reading.tesseract.language: {language!r} isn't installed; here are: {known}")
    return tesseract
