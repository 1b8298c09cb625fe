"""`streamer train recover`: weights to train on from, out of a shipped model whose run was not kept."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from ai_edge_litert import schema_py_generated as schema  # type: ignore[import-untyped]
from keras import layers

from streamer.errors import ConfigError

Convolution = tuple[np.ndarray, np.ndarray]
"""Kernel (h, w, in, out) and bias (out,), float32."""


def recover(model: keras.Model, file: Path, images: np.ndarray) -> None:
    """Give a network, fresh from its builder, the weights of an int8 model of it.

    Parameters
    ----------
    model
        The network; those of its convolutions that are alike in shape are in the order of the file's.
    file
        The `.tflite` file.
    images
        Network inputs (n, h, w, c) float32, as it is trained on.

    Raises
    ------
    ConfigError
        The file holds another network.

    Notes
    -----
    The exporter merged each batch normalization into the convolution before it. What it measured is lost, so it is
    measured again on `images`: with mean m and variance v of the convolution's output, the scale sqrt(v + e) and the
    shift m + bias give the same function, and training goes on with a normalization that does normalize.
    """
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
    found = _convolutions(file)
    wanted = sorted(tuple(layer.kernel.shape) for layer in convolutions)
    there = sorted(kernel.shape for kernel, _ in found)
    if wanted != there:
        raise ConfigError(f"{file}: is no model of this network; its kernels are {there}")
    pending: dict[str, np.ndarray] = {}
    for layer in convolutions:
        kernel, bias = found.pop([kernel.shape for kernel, _ in found].index(tuple(layer.kernel.shape)))
        layer.kernel.assign(kernel)
        if layer.use_bias:
            layer.bias.assign(bias)
        else:
            pending[layer.name] = bias
    for name, bias in pending.items():  # each is measured with those before it already in place
        output = keras.Model(model.input, model.get_layer(name).output).predict(images, batch_size=64, verbose=0)
        mean, variance = (of.astype(np.float32) for of in (output.mean(axis=(0, 1, 2)), output.var(axis=(0, 1, 2))))
        norm = model.get_layer(f"{name}_bn")
        norm.set_weights([np.sqrt(variance + norm.epsilon), mean + bias, mean, variance])


def _convolutions(file: Path) -> list[Convolution]:
    """Return the convolutions of a model, in the order in which they are computed."""
    model = schema.ModelT.InitFromPackedBuf(file.read_bytes(), 0)
    graph = model.subgraphs[0]

    def value(index: int, kind: type[np.signedinteger]) -> np.ndarray:
        tensor = graph.tensors[index]
        steps = np.asarray(model.buffers[tensor.buffer].data, np.uint8).view(kind).reshape(tensor.shape)
        scales = np.asarray(tensor.quantization.scale, np.float32)
        return (steps * scales.reshape(-1, *(1,) * (steps.ndim - 1))).astype(np.float32)

    return [
        (value(operator.inputs[1], np.int8).transpose(1, 2, 3, 0), value(operator.inputs[2], np.int32))
        for operator in graph.operators
        if model.operatorCodes[operator.opcodeIndex].builtinCode == schema.BuiltinOperator.CONV_2D
    ]
