"""The two character classifiers: logits of 36 characters from one grey picture, ink 1 and paper 0."""

from __future__ import annotations

import keras
from keras import layers

from models.training.character_labels import STORED_PX
from streamer.datatypes import ALPHABET

SIMPLE_PX = 28


def simple_network(width: float = 1.0) -> keras.Model:
    """Return three convolutions and a dense layer on (28, 28, 1): 0.1 million weights.

    Parameters
    ----------
    width
        Scales the numbers of filters.
    """
    picture = x = keras.Input((SIMPLE_PX, SIMPLE_PX, 1), name="character")
    for number, filters in enumerate((16, 32, 64), 1):
        x = _conv(x, round(filters * width), 1, f"conv{number}")
        x = layers.MaxPooling2D(2, name=f"pool{number}")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dropout(0.3, name="drop")(x)
    x = layers.Dense(128, activation="relu", name="dense")(x)
    x = layers.Dropout(0.3, name="drop_dense")(x)
    return keras.Model(picture, layers.Dense(len(ALPHABET), name="logits")(x), name="simple")


def mobile_network(width: float = 1.0) -> keras.Model:
    """Return depthwise-separable convolutions on (80, 80, 1): 0.04 million weights.

    Parameters
    ----------
    width
        Scales the numbers of filters.

    References
    ----------
    A. Howard et al., MobileNets, arXiv:1704.04861.
    """
    picture = keras.Input((STORED_PX, STORED_PX, 1), name="character")
    x = _conv(picture, round(16 * width), 2, "stem")
    blocks = ((32, 2), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1))
    for number, (filters, stride) in enumerate(blocks, 1):
        x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False, name=f"depth{number}")(x)
        x = layers.BatchNormalization(name=f"depth{number}_bn")(x)
        x = layers.ReLU(name=f"depth{number}_relu")(x)
        x = _conv(x, round(filters * width), 1, f"point{number}", kernel=1)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(0.3, name="drop")(x)
    return keras.Model(picture, layers.Dense(len(ALPHABET), name="logits")(x), name="mobilenet")


def _conv(x, filters: int, stride: int, name: str, kernel: int = 3):
    x = layers.Conv2D(filters, kernel, stride, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


NETWORKS = {"simple": simple_network, "mobilenet": mobile_network}
