"""What the reader's network may end in: CTC columns, or ten slots that each look at the whole plate."""

from __future__ import annotations

import keras
from keras import layers, ops

from streamer.datatypes import BLANK, MAX_PLATE_LENGTH

_SUMMARY = 8
"""Channels to which each place is reduced before all places are joined."""
_CONTEXT = 128
"""Units that see the whole plate at once."""


def ctc_columns(x: keras.KerasTensor, dropout: float) -> keras.KerasTensor:
    """Return the logits of the places of a map (2, w, channels), upper line first: (2 w, 37)."""
    x = layers.Dropout(dropout, name="drop")(x)
    x = layers.Conv2D(BLANK + 1, 1, dtype="float32", name="logits")(x)
    return layers.Reshape((x.shape[1] * x.shape[2], BLANK + 1), dtype="float32", name="columns")(x)


def slots(x: keras.KerasTensor, dropout: float) -> keras.KerasTensor:
    """Return the logits of the first, second … tenth character of a map (2, w, channels): (10, 37), blank is "none".

    A summary of the whole map says where to look for the k-th character: dense layers give each slot its attention
    over all places, and what a place itself looks like adds to it. The slot then reads the mean of the places, weighted
    by its attention, beside the summary, which tells it how long the plate is and what it has already passed.

    References
    ----------
    Bahdanau, Cho, Bengio 2015, Neural machine translation by jointly learning to align and translate (attention by
    addition). Here all slots look at once, without recurrence.
    """
    places, channels = x.shape[1] * x.shape[2], x.shape[3]
    x = layers.Reshape((places, channels), name="places")(x)
    summary = layers.Dense(_SUMMARY, activation="relu", name="reduced")(x)
    summary = layers.Flatten(name="joined")(summary)
    summary = layers.Dense(_CONTEXT, activation="relu", name="summary")(summary)
    where = layers.Reshape((MAX_PLATE_LENGTH, places), name="where")(
        layers.Dense(MAX_PLATE_LENGTH * places, name="where_all")(summary)
    )
    what = layers.Permute((2, 1), name="what")(layers.Dense(MAX_PLATE_LENGTH, name="what_each")(x))
    attention = layers.Softmax(name="attention")(layers.Add(name="where_and_what")([where, what]))
    seen = ops.matmul(attention, x)
    known = layers.Reshape((MAX_PLATE_LENGTH, channels), name="known")(
        layers.Dense(MAX_PLATE_LENGTH * channels, name="known_all")(summary)
    )
    seen = layers.ReLU(name="seen_relu")(layers.Add(name="seen")([seen, known]))
    seen = layers.Dropout(dropout, name="drop")(seen)
    return layers.Dense(BLANK + 1, dtype="float32", name="logits")(seen)


HEADS = {"ctc": ctc_columns, "slots": slots}
"""By name; each takes the map and the dropout."""
