"""Training with int8 in view: weights and activations are rounded as the exported model will round them."""

from __future__ import annotations

import keras
from keras import layers, ops

STEPS = 255
"""Steps between the lowest and the highest value that int8 can tell apart."""


def rounded_kernel(kernel: keras.KerasTensor) -> keras.KerasTensor:
    """Return a kernel (h, w, in, out) in whole steps, 127 of them to each output channel's largest weight.

    Batch normalization, which the exporter merges into the kernel, scales whole output channels, so it changes nothing
    about the steps.
    """
    step = ops.max(ops.abs(kernel), axis=(0, 1, 2), keepdims=True) / (STEPS // 2)
    return _through(kernel, ops.round(kernel / ops.maximum(step, 1e-12)) * step)


def rounded_activations(x: keras.KerasTensor) -> keras.KerasTensor:
    """Return activations in whole steps between their lowest value, 0 if all are above it, and their highest."""
    exact = ops.cast(x, "float32")
    lowest, highest = ops.minimum(ops.min(exact), 0.0), ops.maximum(ops.max(exact), 0.0)
    step = ops.maximum((highest - lowest) / STEPS, 1e-12)
    return _through(x, ops.round(exact / step) * step)


def _through(exact: keras.KerasTensor, rounded: keras.KerasTensor) -> keras.KerasTensor:
    """Return the rounded values with the gradient of the exact ones: that of rounding is 0 nearly everywhere."""
    return exact + ops.stop_gradient(ops.cast(rounded, exact.dtype) - exact)


class Conv2D(layers.Conv2D):
    """A convolution with a rounded kernel; it has its base class's name, so a file of weights fits both."""

    def convolution_op(self, inputs: keras.KerasTensor, kernel: keras.KerasTensor) -> keras.KerasTensor:
        """Convolve with the rounded kernel."""
        return super().convolution_op(inputs, rounded_kernel(kernel))


class Rounding(layers.Layer):
    """Rounds activations in training. Scored, they are exact: a batch's range would depend on its other samples."""

    def call(self, x: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        """Return the activations (n, h, w, channels)."""
        return rounded_activations(x) if training else x


def rounding(model: keras.Model) -> keras.Model:
    """Return a copy of a network, with its weights, that rounds every kernel, and what it hands on, to int8's steps.

    The copy's weights are those of the network: a file of the one can be loaded into the other.

    References
    ----------
    B. Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference,
    arXiv:1712.05877, section 3; Y. Bengio, N. Leonard, A. Courville, arXiv:1308.3432, on gradients through rounding.
    """

    def copied(layer: layers.Layer) -> layers.Layer:
        kind = Conv2D if isinstance(layer, layers.Conv2D) else type(layer)
        return kind.from_config(layer.get_config())

    def called(layer: layers.Layer, *args: object, **kwargs: object) -> keras.KerasTensor:
        y = layer(*args, **kwargs)
        handed_on = isinstance(layer, layers.ReLU | layers.Add) or layer.name == "logits"
        return Rounding(name=f"{layer.name}_rounding")(y) if handed_on else y

    copy = keras.models.clone_model(model, clone_function=copied, call_function=called)
    copy.set_weights(model.get_weights())
    return copy
