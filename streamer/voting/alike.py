"""Texts that look alike, because many typefaces draw O like 0 and I like 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from streamer.plate_text import fold_zero
from streamer.voting.prior import glyphs


def drawing_of(texts: Sequence[str]) -> np.ndarray:
    """Return a number for each text, (texts,), the same for those that look alike."""
    return _numbered([glyphs(text) for text in texts])


def best_of_alike(drawing: np.ndarray, likelihoods: np.ndarray) -> np.ndarray:
    """Return for each read how likely the likeliest is of all texts that look like each text, (reads, texts).

    Parameters
    ----------
    drawing
        (texts,) as `drawing_of` gives it.
    likelihoods
        (reads, texts); not changed.
    """
    result = likelihoods.copy()
    for number in np.flatnonzero(np.bincount(drawing) > 1):
        result[:, drawing == number] = likelihoods[:, drawing == number].max(axis=1, keepdims=True)
    return result


def log_shares_of_alike(drawing: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    """Return the logarithm of what each text has of all that look like it, (texts,).

    Parameters
    ----------
    drawing
        (texts,) as `drawing_of` gives it.
    log_odds
        (texts,) of each text against the others that look like it.
    """
    best = np.full(drawing.max() + 1, -np.inf)
    np.maximum.at(best, drawing, log_odds)
    return log_odds - (best + np.log(np.bincount(drawing, np.exp(log_odds - best[drawing]))))[drawing]


def mass_of_twins(texts: Sequence[str], mass: np.ndarray) -> np.ndarray:
    """Return what the texts have that differ from each text, (texts,), in nothing but O for 0."""
    number = _numbered([fold_zero(text) for text in texts])
    return np.bincount(number, mass)[number] - mass


def _numbered(texts: Sequence[str]) -> np.ndarray:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts])
