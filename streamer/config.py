"""The configuration: one model for each section of the YAML file; unknown keys and impossible values are errors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from streamer.config_methods import (
    BlackhatConfig,
    CascadeConfig,
    ComponentsConfig,
    EdgesConfig,
    SegmentsConfig,
    TesseractConfig,
)
from streamer.config_outputs import OF_THE_WHOLE_RUN, DeliveryConfig, RegistryConfig
from streamer.config_values import PositiveSeconds, Seconds, Section, Share


class CaptureConfig(Section):
    """`capture`: how sources are opened and read."""

    open_timeout_s: PositiveSeconds = Field(
        10.0, description="How long a live source may take to give its first picture before it counts as not opened."
    )
    read_timeout_s: PositiveSeconds = Field(
        5.0, description="How long an open live source may be silent before it is closed and opened again."
    )
    reconnect_first_s: PositiveSeconds = Field(
        0.5, description="Pause before a lost live source is opened again; it doubles with every failure in a row."
    )
    reconnect_max_s: PositiveSeconds = Field(30.0, description="The longest pause between two attempts to reopen.")
    queue_frames: Annotated[int, Field(ge=1, le=64)] = Field(
        3, description="Frames that wait between capture and detection; a live source drops its oldest beyond that."
    )
    rotate: Literal[0, 90, 180, 270] = Field(0, description="Degrees by which each image is turned clockwise.")
    flip: Literal["none", "horizontal", "vertical"] = Field(
        "none", description="Mirrors each image, after it was turned: left for right, or top for bottom."
    )
    transport: Literal["tcp", "udp"] = Field(
        "tcp", description="How an RTSP camera sends its picture: tcp loses nothing, udp is quicker on a good network."
    )
    decode_threads: Annotated[int, Field(ge=1, le=16)] = Field(
        1, description="Threads that decode one live stream; each above the first delays the picture by a frame."
    )
    width: Annotated[int, Field(ge=16, le=16384)] | None = Field(
        None, description="Width in px asked of a USB or Pi camera; null takes the camera's own choice."
    )
    height: Annotated[int, Field(ge=16, le=16384)] | None = Field(
        None, description="Height in px asked of a USB or Pi camera; null takes the camera's own choice."
    )
    fps: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = Field(
        None, description="Frames a second asked of a USB or Pi camera; null takes the camera's own choice."
    )
    fourcc: Annotated[str, Field(pattern=r"^[ -~]{4}$")] | None = Field(
        None,
        description="Pixel format asked of a USB camera, such as MJPG; null takes the camera's own choice.",
    )
    exposure: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None,
        description="Fixed exposure: steps of 0.1 ms (USB camera) or microseconds (Pi camera); null is automatic.",
    )
    detection_width: Annotated[int, Field(ge=64, le=1920, multiple_of=2)] = Field(
        640, description="Width in px of the second, smaller picture that a Pi camera gives for detection."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> CaptureConfig:
        if (self.width is None) != (self.height is None):
            raise ValueError("width and height are given together or not at all")
        if self.reconnect_max_s < self.reconnect_first_s:
            raise ValueError("reconnect_max_s may not be shorter than reconnect_first_s")
        return self


class MotionConfig(Section):
    """`detection.motion`: what counts as a change of the scene."""

    enabled: bool = Field(True, description="Whether a scene in which nothing moves is left alone between rechecks.")
    grid_px: Annotated[int, Field(ge=16, le=640)] = Field(
        160, description="Cells along the longer side of the coarse grid that is compared."
    )
    threshold: Annotated[float, Field(gt=0, le=255)] = Field(
        7.0, description="Grey levels by which a cell must change, beyond what it usually does."
    )
    noise_factor: Annotated[float, Field(ge=0, le=20)] = Field(
        3.0, description="How many times its usual change is added to a cell's threshold."
    )
    learning_per_s: Annotated[float, Field(ge=0, le=255)] = Field(
        1.0, description="Grey levels a second by which a cell's usual change may rise or fall."
    )


class LookConfig(Section):
    """`detection.look`: how often the detector looks, in seconds of the source's own time."""

    search_interval_s: Seconds = Field(
        0.1, description="Seconds between looks while something moves and no plate is in view."
    )
    read_interval_s: Seconds = Field(0.06, description="Seconds between looks while a plate in view is not settled.")
    follow_interval_s: Seconds = Field(0.1, description="Seconds between looks while every plate in view is settled.")
    linger_s: Seconds = Field(1.0, description="Seconds for which a scene is still looked at after it came to rest.")
    recheck_s: Seconds = Field(0.8, description="Seconds between looks at a scene in which nothing moves.")
    max_share: Annotated[float, Field(gt=0, le=1)] = Field(
        0.8,
        description="Largest share of a live source's time that looking may take; the interval stretches to keep it.",
    )


class DetectionConfig(Section):
    """`detection`: which detector finds plates, and when it looks."""

    detector: str = Field("neural", description="Which method finds plates; `streamer methods` lists them.")
    score_threshold: Share = Field(0.4, description="Smallest score at which the neural detector reports a plate.")
    model: Literal["default", "small"] = Field(
        "default", description="The neural detector: default (640x384), or small (416x256) for a Raspberry Pi 4."
    )
    threads: Annotated[int, Field(ge=1, le=16)] = Field(1, description="CPU threads of one detection by the network.")
    tiles: bool = Field(
        False,
        description="Look at large frames also in tiles, for plates too small in the whole: 5 times the cost in 1080p.",
    )
    blackhat: BlackhatConfig = BlackhatConfig()
    cascade: CascadeConfig = CascadeConfig()
    components: ComponentsConfig = ComponentsConfig()
    edges: EdgesConfig = EdgesConfig()
    look: LookConfig = LookConfig()
    motion: MotionConfig = MotionConfig()


class TrackingConfig(Section):
    """`tracking`: when detections become a track, and how long one lives."""

    min_hits: Annotated[int, Field(ge=1)] = Field(2, description="Detections of a plate before its track is confirmed.")
    strong_score: Share = Field(0.5, description="Detector's score from which a detection may start a track.")
    coast_s: Seconds = Field(1.0, description="How long a confirmed track lives on without a detection.")
    tentative_s: Seconds = Field(0.35, description="How long an unconfirmed track lives without a detection.")
    gate: Annotated[float, Field(gt=0, le=100)] = Field(
        20.0, description="Squared Mahalanobis distance up to which a detection fits where a track is expected."
    )
    jump: Share = Field(
        0.35,
        description="Longest move in the usual time between two frames that the text can support, as a share of the "
        "frame's width.",
    )
    agility: Annotated[float, Field(gt=0, le=1000)] = Field(
        12.0, description="How much a plate's speed changes in a second, in plate heights a second."
    )
    start_speed: Annotated[float, Field(gt=0, le=1000)] = Field(
        25.0, description="Speed that a plate seen for the first time may have, in plate heights a second."
    )
    position_noise: Annotated[float, Field(gt=0, le=2)] = Field(
        0.25, description="Error of a detection's place, in plate heights."
    )
    cut_correlation: Annotated[float, Field(ge=-1, le=1)] = Field(
        0.25, description="Correlation of two frames under which they show different scenes."
    )
    path_points: Annotated[int, Field(ge=2, le=10000)] = Field(
        200, description="Points of a track's path that are kept."
    )


class ReadingConfig(Section):
    """`reading`: which reader reads plates, and which plates are worth reading."""

    reader: str = Field("neural", description="Which method reads plates; `streamer methods` lists them.")
    threads: Annotated[int, Field(ge=1, le=16)] = Field(1, description="CPU threads of one read by the network.")
    room_width: Annotated[float, Field(ge=0, le=0.5)] = Field(
        0.05,
        description="How far beyond the sides of a found plate the network also looks, over the plate's width: "
        "they may lie inside it.",
    )
    room_height: Annotated[float, Field(ge=0, le=0.5)] = Field(
        0.08, description="The same above and below, over the plate's height."
    )
    segments: SegmentsConfig = SegmentsConfig()
    tesseract: TesseractConfig = TesseractConfig()


class VotingConfig(Section):
    """`voting`: how reads become one reading."""

    regions: tuple[str, ...] = Field(
        (), description="Expected plate formats by country or state, such as [sk, us-ca]; empty is all that are known."
    )
    formats: Literal["soft", "strict", "off"] = Field(
        "soft",
        description="What formats do in the vote: soft prefers what fits, strict reports only that, off ignores them.",
    )
    max_reading_delay_s: Seconds = Field(
        30.0, description="How long after a vehicle was first seen its final reading comes at the latest."
    )
    provisional_confidence: Share = Field(
        0.9,
        description="Confidence from which a vehicle still in view has a provisional reading, and what never leaves "
        "its place is reported at all.",
    )
    settled_confidence: Share = Field(
        0.95,
        description="Confidence from which a plate is read again only when it is seen better than before; so is one"
        " that reads the same eight times in a row.",
    )
    min_confidence: Share = Field(0.3, description="Confidence under which a vehicle that has left is not reported.")
    min_length: Annotated[int, Field(ge=1, le=10)] = Field(
        2, description="Fewest characters of a reading; one of fewer than 3 must be as sure as a provisional one."
    )
    min_plate_height_px: Annotated[float, Field(ge=1, le=200)] = Field(
        7.0, description="Height in px from which a plate in the frame is worth reading."
    )
    asked_format_weight: Annotated[float, Field(ge=0, le=20)] = Field(
        3.0,
        description="How much less likely a text without a fitting format is where regions are named (natural log).",
    )
    known_format_weight: Annotated[float, Field(ge=0, le=20)] = Field(
        1.0,
        description="How much less likely a text without a fitting format is where no region is named (natural log).",
    )
    region_certainty: Share = Field(0.9, description="Share of the probability from which a region is reported.")
    misread_share: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.03, description="Share of reads that are wrong altogether, even of a large and sharp plate."
    )
    correlation_s: PositiveSeconds = Field(
        0.1, description="How far apart in time two reads of a moving plate are to count as independent."
    )
    max_reads: Annotated[int, Field(ge=1, le=200)] = Field(
        24, description="Reads of one vehicle that take part in its vote."
    )
    max_reads_per_frame: Annotated[int, Field(ge=1, le=100)] = Field(
        4, description="Plates read in one frame; the others wait for the next."
    )
    burnt_in_s: Seconds = Field(
        3.0, description="How long text at the frame's upper or lower edge must stand still to count as burnt in."
    )


class DuplicatesConfig(Section):
    """`duplicates`: when a vehicle seen again is the same visit."""

    within_s: Seconds = Field(
        30.0, description="How long after it left a vehicle seen again is still the same visit; 0 reports it each time."
    )


class CameraConfig(Section):
    """`cameras`: one camera, and what is different for it."""

    name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f/]+$")] | None = Field(
        None, description="What readings call it; null takes the source's host, device or file."
    )
    source: Annotated[str, Field(min_length=1)] = Field(description="What the command line takes as SOURCE.")
    capture: CaptureConfig = CaptureConfig()
    detection: DetectionConfig = DetectionConfig()
    tracking: TrackingConfig = TrackingConfig()
    reading: ReadingConfig = ReadingConfig()
    voting: VotingConfig = VotingConfig()
    duplicates: DuplicatesConfig = DuplicatesConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    registry: RegistryConfig = RegistryConfig()

    @field_validator("delivery")
    @classmethod
    def _nothing_of_the_whole_run(cls, delivery: DeliveryConfig) -> DeliveryConfig:
        if own := sorted(delivery.model_fields_set & OF_THE_WHOLE_RUN):
            raise ValueError(f"{', '.join(own)} can't differ between cameras; set it in the section delivery")
        return delivery


class Config(Section):
    """The whole configuration file."""

    cameras: tuple[CameraConfig, ...] = Field((), description="The cameras that are run when no SOURCE is given.")
    capture: CaptureConfig = CaptureConfig()
    detection: DetectionConfig = DetectionConfig()
    tracking: TrackingConfig = TrackingConfig()
    reading: ReadingConfig = ReadingConfig()
    voting: VotingConfig = VotingConfig()
    duplicates: DuplicatesConfig = DuplicatesConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    registry: RegistryConfig = RegistryConfig()

    def for_camera(self, camera: CameraConfig) -> Config:
        """Return the configuration of one camera: the file's sections, with what the camera sets in their place.

        Raises
        ------
        pydantic.ValidationError
            Values that are each allowed don't fit together.
        """
        own = camera.model_dump(exclude_unset=True, exclude={"name", "source"})
        values = _merged(self.model_dump(exclude_unset=True, exclude={"cameras"}), own)
        return Config.model_validate({**values, "cameras": (camera,)})


def _merged(values: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return `values` with `own` in their place, section by section."""
    both = {name: _merged(values[name], own[name]) for name in own if isinstance(values.get(name), dict)}
    return {**values, **own, **both}
