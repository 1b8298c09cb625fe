"""Configuration -> objects: what runs, and what it is made of. Nothing starts here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from streamer.capture.part import Part
from streamer.capture.source_info import SourceKind
from streamer.capture.sources import expand_sources, kind_of, make_source
from streamer.config import Config
from streamer.datatypes import FrameReport, PlateRead, Reading
from streamer.errors import ConfigError, SourceError
from streamer.interfaces import Detector, Reader, Source
from streamer.methods import make_detector, make_reader, method_faults
from streamer.names import default_name, unique
from streamer.pipeline import Outlets, Pipeline
from streamer.places import config_dir, models_dir
from streamer.reading_loop import Knowledge, ReadingLoop
from streamer.stats import CameraStatus, RunStats
from streamer.supervisor import Job
from streamer.voting.ballot import Ballot
from streamer.voting.calibration import load_calibration
from streamer.voting.formats import load_formats
from streamer.voting.prior import FormatPrior


@dataclass(frozen=True, slots=True)
class Camera:
    """One source of a run, and the configuration that holds for it."""

    name: str
    spec: str
    """As given, one of what the command line takes as SOURCE."""
    config: Config


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to read, and what of it can't be."""

    cameras: tuple[Camera, ...]
    faults: tuple[SourceError, ...]


def name_faults(config: Config) -> list[str]:
    """Return a line for each method and region that the configuration, or one of its cameras, names in vain."""
    faults = _own_name_faults(config)
    for place, camera in enumerate(config.cameras):
        faults += [f"cameras.{place}.{fault}" for fault in _own_name_faults(config.for_camera(camera))]
    return faults


def make_knowledge(config: Config) -> Knowledge:
    """Return what voting knows beforehand: the formats that are asked for, and how far to believe a posterior."""
    formats = load_formats(config_dir() / "formats")
    if config.voting.regions:
        formats = formats.select(config.voting.regions)
    fitted = models_dir() / "calibration.yaml"
    return Knowledge(formats, load_calibration(fitted)) if fitted.is_file() else Knowledge(formats)


def candidates_of(config: Config) -> Callable[[PlateRead], list[str]]:
    """Return what tells the likeliest texts of one read, as voting weighs them: for scoring a reader alone."""
    prior = FormatPrior(config.voting, make_knowledge(config).formats)

    def candidates(read: PlateRead) -> list[str]:
        ballot = Ballot(config.voting, prior)
        ballot.add(read, 0.0, np.zeros((4, 2)))
        return [share.text for share in ballot.shares if share.text]

    return candidates


def _own_name_faults(config: Config) -> list[str]:
    faults = method_faults(config)
    try:
        load_formats(config_dir() / "formats").select(config.voting.regions)
    except ConfigError as error:
        faults += [f"voting.regions: {fault.removeprefix('region: ')}" for fault in error.faults]
    return faults


def plan(config: Config, specs: Sequence[str]) -> Plan:
    """Return what is to be read: the given sources, or the cameras of the configuration.

    Raises
    ------
    ConfigError
        There is nothing to read.
    """
    faults: list[SourceError] = []
    found: list[Camera] = []
    if specs:
        expanded = expand_sources(specs)
        faults.extend(expanded.faults)
        found = [Camera("", spec, config) for spec in expanded.specs]
    elif config.cameras:
        found = [Camera(camera.name or "", camera.source, config.for_camera(camera)) for camera in config.cameras]
    else:
        raise ConfigError("SOURCE: nothing to read; name a file, an address or a camera, or configure `cameras`")
    named = []
    for camera in found:
        try:
            named.append(replace(camera, name=camera.name or default_name(camera.spec)))
        except SourceError as fault:
            faults.append(fault)
    names = unique(camera.name for camera in named)
    return Plan(tuple(replace(camera, name=name) for camera, name in zip(named, names, strict=True)), tuple(faults))


@dataclass(frozen=True, slots=True)
class Parts:
    """What reads a source, beside its tracker and ballots."""

    detector: Detector
    reader: Reader
    knowledge: Knowledge


class PartsBin:
    """The parts of a run: a pair of methods for each lane, because an interpreter is for one thread.

    Files are read one after another, so those with the same methods share a pair; each camera has its own. What voting
    knows is never changed, so all with the same regions share it.
    """

    def __init__(self) -> None:
        self._of_files: list[tuple[Config, Parts]] = []
        self._knowledge: dict[tuple[str, ...], Knowledge] = {}

    def for_camera(self, camera: Camera) -> Parts:
        """Return the parts for a source. Raises `ConfigError`, `ModelError`."""
        config = camera.config
        regions = config.voting.regions
        if regions not in self._knowledge:
            self._knowledge[regions] = make_knowledge(config)
        knowledge = self._knowledge[regions]
        if kind_of(camera.spec).live:
            return Parts(make_detector(config), make_reader(config), knowledge)
        for known, parts in self._of_files:
            if (known.detection, known.reading) == (config.detection, config.reading):
                return Parts(parts.detector, parts.reader, knowledge)
        parts = Parts(make_detector(config), make_reader(config), knowledge)
        self._of_files.append((config, parts))
        return parts


def make_job(
    camera: Camera,
    parts: Parts,
    outlets: Outlets,
    stats: RunStats,
    part: Part | None = None,
    realtime: bool = False,
) -> Job:
    """Return one source of a run with everything that it goes through.

    Parameters
    ----------
    camera
        What to read.
    parts
        Its detector, its reader, and what voting knows.
    outlets, stats
        Where results and counts go.
    part
        Which part of the source is wanted.
    realtime
        Whether a file is read at its own pace.
    """
    kind = kind_of(camera.spec)
    source = make_source(camera.spec, camera.config.capture, part)
    status = CameraStatus(camera.name, source.name, kind.live)

    def make() -> Pipeline:
        return Pipeline(
            source,
            parts.detector,
            ReadingLoop(
                camera.name,
                parts.reader,
                camera.config,
                stats,
                parts.knowledge,
                scenes=kind is SourceKind.STILL,
                live=kind.live,
            ),
            camera.config,
            outlets,
            stats,
            status,
            scenes=kind is SourceKind.STILL,
            part=part,
            realtime=realtime,
        )

    return Job(status, make, camera.config.capture.open_timeout_s, _duration_of(source))


class FilePipeline:
    """The whole path from one file to its readings, around a given detector and reader.

    Parameters
    ----------
    config
        Everything but the two methods.
    detector, reader
        Used by one run at a time.
    """

    def __init__(self, config: Config, detector: Detector, reader: Reader) -> None:
        self._config = config
        self._parts = Parts(detector, reader, make_knowledge(config))

    def run(self, path: Path, on_report: Callable[[FrameReport], None] = lambda report: None) -> list[Reading]:
        """Read one picture or clip completely and return every event in order.

        Each call starts afresh. `on_report` is called after each frame, in the thread that reads plates: the caller's.

        Raises
        ------
        SourceError
            The file can't be read.
        """
        events: list[Reading] = []
        outlets = Outlets(events.append, lambda report, live: on_report(report))
        camera = Camera(default_name(str(path)), str(path), self._config)
        make_job(camera, self._parts, outlets, RunStats()).make().run()
        return events


def _duration_of(source: Source) -> Callable[[], float | None]:
    """Return what tells a file's length in seconds once it is open."""

    def duration_s() -> float | None:
        info = getattr(source, "info", None)
        return info.duration_s if info is not None else None

    return duration_s
