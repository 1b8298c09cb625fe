"""The two networks: a centre-point detector with corners, and a reader whose two lines are unrolled."""

from __future__ import annotations

from functools import partial

import keras
from keras import layers

from models.training.contract import READER_WH
from models.training.reader_heads import HEADS


def _filters(count: int, width: float) -> int:
    """Return a number of filters scaled by the network's width, a multiple of 8."""
    return round(count * width / 8) * 8


def _conv(
    x: keras.KerasTensor,
    filters: int,
    kernel: int | tuple[int, int] = 3,
    stride: int | tuple[int, int] = 1,
    *,
    padding: str = "same",
    name: str,
) -> keras.KerasTensor:
    """Return a convolution's output, normalized and rectified; its layers are called `name`, `name_bn`, `name_relu`."""
    x = layers.Conv2D(
        filters, kernel, stride, padding=padding, use_bias=False, kernel_initializer="he_normal", name=name
    )(x)
    x = layers.BatchNormalization(momentum=0.98, epsilon=1e-3, name=f"{name}_bn")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _refined(x: keras.KerasTensor, name: str, kernel: tuple[int, int]) -> keras.KerasTensor:
    """Return non-negative features after one more convolution that corrects them; untrained it corrects nothing."""
    y = layers.Conv2D(x.shape[-1], kernel, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
    y = layers.BatchNormalization(momentum=0.98, epsilon=1e-3, gamma_initializer="zeros", name=f"{name}_bn")(y)
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([x, y]))


def _in_context(x: keras.KerasTensor, filters: int, name: str) -> keras.KerasTensor:
    """Return non-negative features, each corrected by what the whole map shows; untrained it corrects nothing.

    The mean and the maximum of every channel over the whole map tell in which typeface and by which country's rules a
    plate is written, which no single place sees (squeeze and excitation, Hu et al. 2018, with addition in place of
    multiplication).
    """
    size = x.shape[1:3]
    pooled = [layers.AveragePooling2D(size, name=f"{name}_mean")(x), layers.MaxPooling2D(size, name=f"{name}_max")(x)]
    y = layers.Concatenate(name=f"{name}_pooled")(pooled)
    y = layers.Conv2D(filters, 1, activation="relu", kernel_initializer="he_normal", name=f"{name}_in")(y)
    y = layers.Conv2D(x.shape[-1], 1, kernel_initializer="zeros", name=f"{name}_out")(y)
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([x, y]))


def reader_network(width: float = 1.0, dropout: float = 0.1, head: str = "ctc") -> keras.Model:
    """Return the reader.

    Input (64, 160, 1), grey, 0 to 1. Output of the head `ctc`: (80, 37) logits, 40 columns of the upper line, then 40
    of the lower; a one-line plate may use either. Both lines see the whole height, so the network can tell how many
    lines there are. Output of the head `slots`: (10, 37), see `reader_heads`.
    """
    n = partial(_filters, width=width)
    image = keras.Input((READER_WH[1], READER_WH[0], 1), name="plate")
    x = _conv(image, n(24), 3, 2, name="stem")
    x = _conv(x, n(24), 3, 1, name="c1")
    x = _conv(x, n(48), 3, 2, name="c2")
    y = _conv(x, n(48), 3, 1, name="c3")
    x = layers.Add(name="a3")([x, _conv(y, n(48), 3, 1, name="c4")])
    x = _conv(x, n(80), 3, (2, 1), name="c5")
    y = _conv(x, n(80), 3, 1, name="c6")
    x = layers.Add(name="a6")([x, _conv(y, n(80), 3, 1, name="c7")])
    x = _conv(x, n(112), 3, (2, 1), name="c8")
    y = _conv(x, n(112), 3, 1, name="c9")
    x = layers.Add(name="a9")([x, y])
    x = layers.Conv2D(
        n(128) * 2, (4, 1), padding="valid", use_bias=False, kernel_initializer="he_normal", name="lines"
    )(x)
    x = layers.BatchNormalization(momentum=0.98, epsilon=1e-3, name="lines_bn")(x)
    x = layers.ReLU(name="lines_relu")(x)
    upper, lower = x[..., : n(128)], x[..., n(128) :]
    x = layers.Concatenate(axis=1, name="rows")([upper, lower])
    x = _in_context(x, n(64), name="context")
    y = _conv(x, n(128), (1, 5), name="s1")
    x = layers.Add(name="s1_add")([x, y])
    y = _conv(x, n(128), (1, 5), name="s2")
    x = layers.Add(name="s2_add")([x, y])
    x = _refined(x, "s3", (1, 9))
    return keras.Model(image, HEADS[head](x, dropout), name="reader")


def detector_network(width: float = 1.0, size_wh: tuple[int | None, int | None] = (None, None)) -> keras.Model:
    """Return the detector, fully convolutional, an anchor-free centre-point network (Zhou et al. 2019) with corners.

    Input (h, w, 3) BGR, 0 to 1, sides divisible by 32. Outputs at stride 8, see `streamer.detection.neural.decode`:
    `score` (h/8, w/8, 1) logit of "a plate's centre is here"; `place` (h/8, w/8, 4) the centre's offset from the cell's
    in cells, and the logarithm of width and height in cells; `shape` (h/8, w/8, 8) what the corners differ from those
    of an upright rectangle, in widths and heights.
    """
    n = partial(_filters, width=width)
    image = keras.Input((size_wh[1], size_wh[0], 3), name="image")
    x = _conv(image, n(16), 3, 2, name="stem")
    x = _conv(x, n(24), 3, 2, name="d4")
    y = _conv(x, n(24), 3, 1, name="d4a")
    x = layers.Add(name="d4_add")([x, y])
    x = _conv(x, n(48), 3, 2, name="d8")
    y = _conv(x, n(48), 3, 1, name="d8a")
    f8 = layers.Add(name="d8_add")([x, _conv(y, n(48), 3, 1, name="d8b")])
    x = _conv(f8, n(80), 3, 2, name="d16")
    y = _conv(x, n(80), 3, 1, name="d16a")
    f16 = layers.Add(name="d16_add")([x, _conv(y, n(80), 3, 1, name="d16b")])
    x = _conv(f16, n(96), 3, 2, name="d32")
    y = _conv(x, n(96), 3, 1, name="d32a")
    f32 = layers.Add(name="d32_add")([x, _conv(y, n(96), 3, 1, name="d32b")])
    x = _conv(f32, n(80), 1, name="u16")
    x = layers.UpSampling2D(2, interpolation="nearest", name="up16")(x)
    x = layers.Add(name="u16_add")([x, f16])
    x = _conv(x, n(48), 3, name="u8")
    x = layers.UpSampling2D(2, interpolation="nearest", name="up8")(x)
    x = layers.Add(name="u8_add")([x, f8])
    x = _conv(x, n(64), 3, name="head")
    score = layers.Conv2D(1, 1, bias_initializer=keras.initializers.Constant(-4.6), dtype="float32", name="score")(x)
    place = layers.Conv2D(4, 1, dtype="float32", name="place")(x)
    shape = layers.Conv2D(8, 1, kernel_initializer="zeros", dtype="float32", name="shape")(x)
    return keras.Model(image, [score, place, shape], name="detector")
