"""Reads of a part of a plate: something stands before the rest of it, or the frame's edge cuts it off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_HIDDEN_SHARE = 0.1
"""Share of reads that are of a part, before anything is known of the quad."""
_ASPECT_NOISE = 0.2
"""Error of ln aspect of the detector's quads, as in `tracking/kalman.py`."""
_LEAST_PART = 3
"""Characters of the shortest part; what is shorter fits into too many texts."""


def explained_by_parts(
    texts: Sequence[str], relative: np.ndarray, weights: np.ndarray, log_aspects: np.ndarray
) -> np.ndarray:
    """Return how well each read fits each text, once a read may be of the text's beginning or end alone.

    A part with k of a plate's n characters is k/n as wide and as high as the whole. So a read of `SV` on a quad half as
    wide as that on which `MTSV` was read says nothing against `MTSV`, whereas a read of `MTSV` says all against `SV`.
    Let a be the mean ln aspect of the reads that show a text whole, and d how far a read's ln aspect is from it. With
    the share of reads that are of a part (0.1) and normal errors of ln aspect (0.2), Bayes' rule gives the probability
    that this one is, by the densities of d about ln k/n and about 0. With it the read counts for the text as it counts
    for the part. Only parts that some read names are known.

    Parameters
    ----------
    texts
        Those on the ballot.
    relative
        (reads, texts) likelihoods, relative to the likeliest text of each read; not changed.
    weights
        (reads,) what each read counts.
    log_aspects
        (reads,) natural logarithms of width over height of the quads that were read.

    Returns
    -------
    (reads, texts) likelihoods, nowhere less than `relative`.
    """
    places = {text: place for place, text in enumerate(texts)}
    pairs = [
        (whole, places[part])
        for text, whole in places.items()
        for count in range(_LEAST_PART, len(text))
        for part in (text[:count], text[-count:])
        if part in places
    ]
    if not pairs:
        return relative
    wholes, parts = np.array(pairs).T
    lengths = np.array([len(text) for text in texts])
    narrower = np.log(lengths[parts] / lengths[wholes])
    support = weights[:, None] * relative
    aspects = log_aspects @ support / np.maximum(support.sum(axis=0), 1e-9)
    off = log_aspects[:, None] - aspects[wholes]
    hidden = _HIDDEN_SHARE * _density(np.maximum(off, narrower) - narrower)
    hidden /= hidden + (1 - _HIDDEN_SHARE) * _density(np.maximum(off, narrower))
    result = relative.copy()
    np.maximum.at(result.T, wholes, (hidden * relative[:, parts]).T)
    return result


def _density(error: np.ndarray) -> np.ndarray:
    """Return the normal density of an error of ln aspect, up to a constant."""
    return np.exp(-0.5 * (error / _ASPECT_NOISE) ** 2)
