"""Which pairs of methods are compared, and which can't run here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from streamer.config import Config
from streamer.detection.cascade import cascade_path
from streamer.errors import ConfigError, ModelError, StreamerError
from streamer.evaluation.compare import Contender
from streamer.interfaces import Detector, Reader
from streamer.methods import DETECTORS, READERS, Method, method_faults
from streamer.places import models_dir


def contenders(config: Config, pairs: Sequence[str]) -> tuple[list[Contender], dict[str, str]]:
    """Return the pairs that can run here, the default first, and for every other that is wanted, why it can't.

    Parameters
    ----------
    config
        The parameters of every method.
    pairs
        `detector+reader`; none stands for every detector with every reader.

    Raises
    ------
    ConfigError
        A pair that names no method, or nothing that can run.
    ModelError
        A pair that is asked for by name and whose model is missing, broken, or not what its card says.
    """
    if faults := pair_faults(pairs):
        raise ConfigError(faults)
    wanted = [_pair(pair) for pair in pairs] or [(d, r) for d in DETECTORS for r in READERS]
    no_detector = _missing(DETECTORS, {detector for detector, _ in wanted}, config)
    no_reader = _missing(READERS, {reader for _, reader in wanted}, config)
    chosen = [
        _contender(_with(config, detector, reader))
        for detector, reader in wanted
        if detector not in no_detector and reader not in no_reader
    ]
    absent = {f"detector {name}": why for name, why in no_detector.items()}
    absent |= {f"reader {name}": why for name, why in no_reader.items()}
    broken = [why for why in absent.values() if isinstance(why, ModelError)]
    if broken and (pairs or not chosen):
        raise ModelError("\n".join(map(_line, broken)))
    if not chosen:
        raise ConfigError([f"--methods: {name} can't run here: {_line(why)}" for name, why in absent.items()])
    return chosen, {name: _line(why) for name, why in absent.items()}


def pair_faults(pairs: Sequence[str]) -> list[str]:
    """Return a line for each fault of pairs `detector+reader`: no pair, or names of no method."""
    faults = []
    for pair in pairs:
        if "+" in pair:
            named = method_faults(_with(Config(), *_pair(pair)))
            faults += [f"--methods: {fault.partition(': ')[2]}" for fault in named]
        else:
            faults.append(f"--methods: {pair!r} is no pair; write detector+reader, as in neural+neural")
    return list(dict.fromkeys(faults))


def _pair(text: str) -> tuple[str, str]:
    detector, _, reader = text.partition("+")
    return detector, reader


def _missing(known: Mapping[str, Method[Any]], wanted: set[str], config: Config) -> dict[str, StreamerError]:
    """Return, of the methods that are wanted, why each that can't run here can't."""
    missing = {}
    for name, method in known.items():
        if name in wanted:
            try:
                method.make(config)
            except StreamerError as why:
                missing[name] = why
    return missing


def _line(why: StreamerError) -> str:
    return str(why).splitlines()[0]


def _with(config: Config, detector: str, reader: str) -> Config:
    return config.model_copy(
        update={
            "detection": config.detection.model_copy(update={"detector": detector}),
            "reading": config.reading.model_copy(update={"reader": reader}),
        }
    )


def _contender(config: Config) -> Contender:
    """Return the pair that the configuration names."""
    alone = version_of(config, reader_alone=True)
    return Contender(
        config.detection.detector, config.reading.reader, partial(_make, config), version_of(config), alone
    )


def _make(config: Config) -> tuple[Detector, Reader]:
    return DETECTORS[config.detection.detector].make(config), READERS[config.reading.reader].make(config)


def version_of(config: Config, *, reader_alone: bool = False) -> str:
    """Return a fingerprint of all that a pair's outcomes depend on, or those of its reader on plate images.

    What was measured with other models or other parameters is measured anew; what only other methods have does not
    count.
    """
    kind, _, network = config.reading.reader.partition(":")
    models = {"neural": ["reader"], "segments": [f"characters-{network}"]}.get(kind, [])
    other_readers = {name.partition(":")[0] for name in READERS} - {kind}
    if reader_alone:
        settings = config.reading.model_dump_json(exclude=other_readers)
    else:
        other_detectors = set(DETECTORS) - {config.detection.detector}
        settings = config.model_dump_json(exclude={"detection": other_detectors, "reading": other_readers})
        models = [*models, "calibration"]
        if config.detection.detector == "neural":
            models.append(f"detector-{config.detection.model}")
    digest = hashlib.sha256(settings.encode())
    if not reader_alone and config.detection.detector == "cascade":
        digest.update(cascade_path(config.detection.cascade.file).read_bytes())
    for name in models:
        card = models_dir() / f"{name}.yaml"
        digest.update(card.read_bytes() if card.is_file() else b"")
    return digest.hexdigest()[:16]
