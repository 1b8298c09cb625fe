"""From trained weights to a shipped model: full int8 LiteRT, and the card beside it."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import yaml


def without_training_precision(build: Callable[[], keras.Model], weights: Path) -> keras.Model:
    """Return `build()` in float32 with the weights of a file."""
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_global_policy("float32")
    model = build()
    model.load_weights(weights)
    keras.mixed_precision.set_global_policy(before)
    return model


def to_int8(model: keras.Model, representative: Iterable[np.ndarray]) -> bytes:
    """Return the model in full int8 with a uint8 input and int8 outputs.

    Parameters
    ----------
    model
        One input, a batch of one.
    representative
        Inputs (h, w, c) uint8 of real pictures, from which the ranges of the activations are measured. The whole
        range 0 to 255 is added, so that the input's scale is 1/255 exactly.
    """
    import tensorflow as tf

    shape = (1, *model.input_shape[1:])
    function = tf.function(lambda x: model(x, training=False)).get_concrete_function(tf.TensorSpec(shape, tf.float32))

    def samples() -> Iterator[list[np.ndarray]]:
        for image in representative:
            image = image.copy()
            image.flat[0], image.flat[1] = 0, 255
            yield [image[None].astype(np.float32) / 255]

    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def commit_of(project: Path) -> str:
    """Return the commit that the project stands at."""
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=project, capture_output=True, text=True, check=True
    ).stdout.strip()


def write_model(data: bytes, path: Path, card: dict[str, Any]) -> None:
    """Write a model and its card.

    Parameters
    ----------
    data
        The content of the `.tflite` file, see `to_int8`.
    path
        The `.tflite` file; the card is the `.yaml` beside it.
    card
        What the card says; `size_bytes` and `sha256` are added.
    """
    path.write_bytes(data)
    full = {**card, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    path.with_suffix(".yaml").write_text(
        yaml.safe_dump(full, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8"
    )


def export_int8(model: keras.Model, representative: Iterable[np.ndarray], path: Path, card: dict[str, Any]) -> None:
    """Quantize a model, see `to_int8`, and write it with its card, see `write_model`."""
    write_model(to_int8(model, representative), path, card)
