"""The inference runtime: the only importer of it, and the place where a model is held against its card.

A model is a `.tflite` file with a card, a YAML file of the same stem: its contract (what goes in, what comes out), its
history and its sha256. An interpreter belongs to one thread; threads share only the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from streamer.errors import ModelError

Shape = tuple[int, ...]


def _interpreter(data: bytes, threads: int) -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        from tflite_runtime.interpreter import Interpreter
    return Interpreter(model_content=data, num_threads=threads)


def read_card(path: Path) -> Mapping[str, Any]:
    """Return the card of the model at `path`.

    Raises
    ------
    ModelError
        The card is missing or is no mapping.
    """
    card = path.with_suffix(".yaml")
    try:
        content = yaml.safe_load(card.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{card}: the model's card is missing") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(f"{card}: the model's card can't be read") from error
    if not isinstance(content, dict) or not isinstance(content.get("contract"), dict):
        raise ModelError(f"{card}: not a model card: it has no `contract`")
    return content


class Model:
    """One loaded model, for one thread.

    Parameters
    ----------
    path
        The `.tflite` file; its card lies beside it.
    kind
        What the card's contract must call itself, as `plate detector`.
    threads
        CPU threads of one inference.

    Raises
    ------
    ModelError
        The file is missing, broken, of another kind, or not what its card says.
    """

    def __init__(self, path: Path, kind: str, threads: int = 1) -> None:
        self.path = path
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: the model file can't be read: {error.strerror or error}") from error
        self.card = read_card(path)
        self.contract: Mapping[str, Any] = self.card["contract"]
        if self.contract.get("kind") != kind:
            raise ModelError(f"{path}: a {self.contract.get('kind')}, but a {kind} is wanted")
        digest = hashlib.sha256(data).hexdigest()
        if digest != self.card.get("sha256"):
            raise ModelError(
                f"{path}: does not match its card: its sha256 begins with {digest[:12]}, "
                f"the card's with {str(self.card.get('sha256'))[:12]}"
            )
        try:
            self._interpreter = _interpreter(data, threads)
            self._interpreter.allocate_tensors()
            self._input = self._interpreter.get_input_details()[0]
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"{path}: not a model that this runtime can load") from error
        self._input_hwc, output_shapes = self._shapes()
        self._outputs = self._in_order(self._interpreter.get_output_details(), output_shapes)
        shape = tuple(int(n) for n in self._input["shape"])
        if shape[1:] != self._input_hwc:
            raise ModelError(f"{path}: takes {shape[1:]}, but its card says {self._input_hwc}")

    def _shapes(self) -> tuple[tuple[int, int, int], list[Shape]]:
        """Return height, width and channels of the input, and the shape of each output, as the card has them."""
        try:
            height, width, channels = _shape(self.contract["input"])
            return (height, width, channels), [_shape(shape) for shape in self.contract["outputs"].values()]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(
                f"{self.path.with_suffix('.yaml')}: not a model card: its `contract` needs `input`, as [height, width, "
                "channels], and `outputs`, a shape for each name"
            ) from error

    def _in_order(self, details: list[dict[str, Any]], wanted: list[Shape]) -> list[dict[str, Any]]:
        """Return the output tensors as the card lists them, told apart by their shape."""
        by_shape = {tuple(int(n) for n in detail["shape"][1:]): detail for detail in details}
        if sorted(by_shape) != sorted(wanted):
            raise ModelError(f"{self.path}: gives {sorted(by_shape)}, but its card says {sorted(wanted)}")
        return [by_shape[shape] for shape in wanted]

    @property
    def input_hwc(self) -> tuple[int, int, int]:
        """Height, width and channels of the input."""
        return self._input_hwc

    def run(self, image: np.ndarray) -> list[np.ndarray]:
        """Run the model on one image.

        Parameters
        ----------
        image
            (height, width, channels) uint8, as the contract says; 0 to 255 stands for 0 to 1.

        Returns
        -------
        One float32 array for each output of the contract, without the batch axis, in the contract's order.
        """
        self._interpreter.set_tensor(self._input["index"], self._quantized(image)[None])
        self._interpreter.invoke()
        return [self._plain(detail) for detail in self._outputs]

    def _quantized(self, image: np.ndarray) -> np.ndarray:
        if self._input["dtype"] == np.uint8:
            return image
        return image.astype(np.float32) / 255

    def _plain(self, detail: dict[str, Any]) -> np.ndarray:
        value = self._interpreter.get_tensor(detail["index"])[0]
        if value.dtype == np.float32:
            return value
        scale, zero = detail["quantization"]
        return (value.astype(np.float32) - zero) * np.float32(scale)


def _shape(numbers: list[int]) -> Shape:
    return tuple(int(number) for number in numbers)
