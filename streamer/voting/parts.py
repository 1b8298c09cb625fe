"""Reads of a part of a plate: something stands before the rest of it, or the frame's edge cuts it off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from streamer.voting.evidence import Sight

_HIDDEN_SHARE = 0.1
"""Share of reads that are of a part, before anything is known of the quad and the frame's edge."""
_ASPECT_NOISE = 0.2
"""Error of ln aspect of the detector's quads, as in `tracking/kalman.py`."""
_AT_EDGE, _EDGE_NOISE = 0.74, 0.3
"""How likely a plate is cut off that ends just where something stands, as at the frame's edge (`cut_off`), and the
error of such a place in plate heights: of two quads."""
_SUPPOSED = 0.5
"""A text has more to it only as far as a read that names it is cut off, by this probability for certain."""
_BEGINNING, _END = 0, 1
"""Which side of a text is hidden."""
_LEAST = 1e-300
_LEAST_PART = 2
"""Characters of the shortest part; what is shorter fits into too many texts."""


def explained_by_parts(
    texts: Sequence[str], likelihoods: np.ndarray, weights: np.ndarray, sights: Sequence[Sight]
) -> tuple[np.ndarray, np.ndarray]:
    """Return how well each read fits each text, once a read may be of the text's beginning or end alone.

    A part with k of a plate's n characters is k/n as wide and as high as the whole. So a read of `SV` on a quad half as
    wide as that on which `MTSV` was read says nothing against `MTSV`, whereas a read of `MTSV` says all against `SV`.
    Let a be the mean ln aspect of the reads that show a text whole, and d how far a read's ln aspect is from it. A read
    is of a part with a probability of 0.1, or of 1 - 0.9 (1 - c) where the frame's edge cuts off with probability c.
    With normal errors of ln aspect (0.2), Bayes' rule makes of it the probability once the quad is known, by the
    densities of d about ln k/n and about 0. With it the read counts for the text as it counts for the part, in so far
    as any other read names the text: of 36 characters that could follow, one that nobody saw is no better than the
    others. Only parts that some read names are known.

    Where a plate is cut off with probability c, a read fits what it names by 1 - c only. By c it fits a longer text
    that nobody has seen whole. The frame's edge cuts off, and so does what hid the rest of an earlier part (`_cuts`).

    Parameters
    ----------
    texts
        Those on the ballot.
    likelihoods
        (reads, texts) of each text by each read, 0 to 1; not changed.
    weights
        (reads,) what each read counts.
    sights
        For each read, what was read and where.

    Returns
    -------
    Likelihoods relative to the likeliest text of each read: (reads, texts) that each text is the plate's, nowhere less
    than without parts where nothing is cut off; and (2, reads, texts) that the plate has more before the text, and
    after it.
    """
    relative = likelihoods / likelihoods.max(axis=1, keepdims=True, initial=_LEAST)
    cut = np.array([(sight.cut.beginning, sight.cut.end) for sight in sights]).reshape(-1, 2)
    places = {text: place for place, text in enumerate(texts)}
    pairs = [
        (place, places[part], side)
        for text, place in places.items()
        for count in range(_LEAST_PART, len(text))
        for side, part in ((_END, text[:count]), (_BEGINNING, text[-count:]))
        if part in places
    ]
    if not pairs:
        return np.prod(1 - cut, axis=1)[:, None] * relative, cut.T[:, :, None] * relative
    wholes, parts, sides = np.array(pairs).T
    lengths = np.array([len(text) for text in texts])
    narrower = np.log(lengths[parts] / lengths[wholes])
    log_aspects = np.array([sight.log_aspect for sight in sights])
    support = weights[:, None] * relative * np.prod(1 - cut, axis=1)[:, None]
    aspects = log_aspects @ support / np.maximum(support.sum(axis=0), 1e-9)
    off = log_aspects[:, None] - aspects[wholes]
    of_part, of_whole = _density(np.maximum(off, narrower) - narrower), _density(np.maximum(off, narrower))
    shown = (1 - _HIDDEN_SHARE) * (1 - cut[:, sides])
    hidden = (1 - shown) * of_part / ((1 - shown) * of_part + shown * of_whole) * relative[:, parts]
    named = _best_of_others(relative)[:, wholes]
    proof = np.zeros_like(cut)
    np.maximum.at(proof.T, sides, (named * likelihoods[:, parts] * of_part / (of_part + of_whole)).T)
    cut = _cuts(cut, proof, sights)
    whole, longer = np.prod(1 - cut, axis=1)[:, None] * relative, cut.T[:, :, None] * relative
    np.maximum.at(whole.T, wholes, (hidden * named).T)
    for side in (_BEGINNING, _END):
        there = np.where(sides == side, 1.0, cut[:, side, None])
        supposed = np.minimum(longer[side].max(axis=0) / _SUPPOSED, 1)[wholes]
        np.maximum.at(longer[side].T, wholes, (there * supposed * hidden).T)
    return whole, longer


def _cuts(cut: np.ndarray, proof: np.ndarray, sights: Sequence[Sight]) -> np.ndarray:
    """Return the probabilities that the beginning and the end of what was read are cut off, (reads, 2).

    What hides the rest of a plate stands where the part ends. Another read whose quad ends there too, while its other
    end has moved on, is cut off as well, as likely as at the frame's edge. Where the other end has not moved, the
    vehicle stands, and what hid a part of it went by. An overlay shows what the frames show, of which one may show all.

    Parameters
    ----------
    cut
        (reads, 2) the same by the frame's edge alone.
    proof
        (reads, 2) how likely each read is of a part, and its beginning or end hidden: where a sure read names the
        beginning or end of a longer text, that or a misread, by its quad, with even odds beforehand.
    sights
        For each read, what was read and where.
    """
    height = np.array([max(sight.quality.plate_height_px, 1.0) for sight in sights])
    half = height * np.exp([sight.log_aspect for sight in sights]) / 2
    x = np.array([sight.x_px for sight in sights])
    ends = np.stack([x - half, x + half], axis=1)
    away = (ends[:, None] - ends[None]) / height[:, None, None]
    overlay = np.array([sight.overlay for sight in sights])
    still = np.exp(-0.5 * (away / _EDGE_NOISE) ** 2)
    there = _AT_EDGE * still * (1 - still[..., ::-1]) * proof * ~overlay[:, None]
    there[np.arange(len(x)), np.arange(len(x))] = 0
    cut = 1 - (1 - cut) * (1 - there.max(axis=1))
    if not overlay.all():
        cut[overlay] = np.maximum(cut, proof)[~overlay].min(axis=0)
    return cut


def _best_of_others(relative: np.ndarray) -> np.ndarray:
    """Return for each read and text how likely the text is by the best of the other reads."""
    if len(relative) < 2:
        return np.zeros_like(relative)
    second, best = np.sort(relative, axis=0)[-2:]
    return np.where(relative == best, second, best)


def _density(error: np.ndarray) -> np.ndarray:
    """Return the normal density of an error of ln aspect, up to a constant."""
    return np.exp(-0.5 * (error / _ASPECT_NOISE) ** 2)
