"""Every method by its name: what finds plates, what reads them, and what each needs to run here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar

from streamer.config import Config
from streamer.errors import ConfigError, StreamerError
from streamer.interfaces import Detector, Reader

Made = TypeVar("Made", Detector, Reader)


@dataclass(frozen=True, slots=True)
class Method(Generic[Made]):
    """One way to find or to read plates."""

    name: str
    summary: str
    make: Callable[[Config], Made]
    """Makes a new one for one thread. Raises `ConfigError` or `ModelError` when it can't run here."""

    def missing(self, config: Config) -> str:
        """Return why it can't run here, or an empty string."""
        try:
            self.make(config)
        except StreamerError as error:
            return str(error).splitlines()[0]
        return ""


def _neural_detector(config: Config) -> Detector:
    from streamer.detection.neural import NeuralDetector

    return NeuralDetector(config.detection)


def _blackhat(config: Config) -> Detector:
    from streamer.detection.blackhat import BlackhatDetector

    return BlackhatDetector(config.detection.blackhat, config.detection.score_threshold)


def _cascade(config: Config) -> Detector:
    from streamer.detection.cascade import CascadeDetector

    return CascadeDetector(config.detection.cascade, config.detection.score_threshold)


def _components(config: Config) -> Detector:
    from streamer.detection.components import ComponentsDetector

    return ComponentsDetector(config.detection.components, config.detection.score_threshold)


def _edges(config: Config) -> Detector:
    from streamer.detection.edges import EdgesDetector

    return EdgesDetector(config.detection.edges, config.detection.score_threshold)


def _neural_reader(config: Config) -> Reader:
    from streamer.reading.neural import NeuralReader

    return NeuralReader(config.reading)


def _segments(network: str) -> Callable[[Config], Reader]:
    def make(config: Config) -> Reader:
        from streamer.places import models_dir
        from streamer.reading.classifier import CharacterClassifier
        from streamer.reading.segments import SegmentsReader

        path = models_dir() / f"characters-{network}.tflite"
        return SegmentsReader(config.reading.segments, CharacterClassifier(path, config.reading.threads))

    return make


def _tesseract(config: Config) -> Reader:
    from streamer.reading.tesseract import TesseractReader

    return TesseractReader(config.reading.tesseract)


def _named(*methods: Method[Made]) -> dict[str, Method[Made]]:
    return {method.name: method for method in methods}


DETECTORS: Mapping[str, Method[Detector]] = _named(
    Method("neural", "the project's own network: corners at every size (default)", _neural_detector),
    Method("blackhat", "dark strokes on a light region, and the inverse, by morphology", _blackhat),
    Method("cascade", "a cascade classifier, OpenCV's own or one given by path", _cascade),
    Method("components", "rows of character-like components in the binarized image", _components),
    Method("edges", "four-sided outlines in the edge image", _edges),
)

READERS: Mapping[str, Method[Reader]] = _named(
    Method("neural", "the project's own network: a whole plate at once (default)", _neural_reader),
    Method("segments:simple", "character by character, a small network for each", _segments("simple")),
    Method("segments:mobilenet", "character by character, a MobileNet-style network", _segments("mobilenet")),
    Method("tesseract", "the Tesseract program; needs the extra `tesseract` and tesseract-ocr", _tesseract),
)


def method_faults(config: Config) -> list[str]:
    """Return a line for each method that the configuration names and that does not exist."""
    faults = []
    if config.detection.detector not in DETECTORS:
        faults.append(f"detection.detector: {_no_such(config.detection.detector, DETECTORS)}")
    if config.reading.reader not in READERS:
        faults.append(f"reading.reader: {_no_such(config.reading.reader, READERS)}")
    return faults


def make_detector(config: Config) -> Detector:
    """Return a new detector for one thread. Raises `ConfigError`, `ModelError`."""
    return _method(config.detection.detector, DETECTORS, "detection.detector").make(config)


def make_reader(config: Config) -> Reader:
    """Return a new reader for one thread. Raises `ConfigError`, `ModelError`."""
    return _method(config.reading.reader, READERS, "reading.reader").make(config)


def _method(name: str, known: Mapping[str, Method[Made]], key: str) -> Method[Made]:
    if name not in known:
        raise ConfigError(f"{key}: {_no_such(name, known)}")
    return known[name]


def _no_such(name: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(name, known, 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"{name!r} is no method{meant} (one of {', '.join(known)})"
