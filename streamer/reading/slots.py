"""A plate read from one distribution a character, as readers that see one character after another give it."""

from __future__ import annotations

import numpy as np

from streamer.datatypes import ALPHABET, BLANK, PlateRead, Quality


def plate_read_of_slots(slots: np.ndarray, quality: Quality) -> PlateRead:
    """Return the plate read of a row of characters.

    Parameters
    ----------
    slots
        (n, 36), for each character its probability over the alphabet; n may be 0.
    quality
        Of the plate image it was read from.

    Notes
    -----
    A certain blank stands between any two characters, so that equal neighbours aren't taken for one.
    """
    count = len(slots)
    probabilities = np.zeros((max(1, 2 * count - 1), len(ALPHABET) + 1), np.float32)
    if count == 0:
        probabilities[0, BLANK] = 1
    else:
        slots = np.asarray(slots, np.float32)
        probabilities[::2, :BLANK] = slots / slots.sum(axis=1, keepdims=True)
        probabilities[1::2, BLANK] = 1
    probabilities.flags.writeable = False
    best = probabilities[::2, :BLANK][:count]
    text = "".join(ALPHABET[k] for k in best.argmax(axis=1))
    return PlateRead(probabilities, text, tuple(float(p) for p in best.max(axis=1)), quality)


def slots_of_text(text: str, confidence: np.ndarray) -> np.ndarray:
    """Return the distributions of a text of `ALPHABET` whose characters are known with `confidence` (n,), 0 to 1.

    What is left of each character's probability is shared by the others alike.
    """
    slots = np.repeat(((1 - np.asarray(confidence, np.float32)) / (len(ALPHABET) - 1))[:, None], len(ALPHABET), axis=1)
    slots[np.arange(len(text)), [ALPHABET.index(char) for char in text]] = confidence
    return slots
