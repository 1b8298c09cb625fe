"""The configuration: one model for each section of the YAML file; unknown keys and impossible values are errors."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Section(BaseModel):
    """A section of the configuration: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class CaptureConfig(Section):
    """`capture`: how sources are opened and read."""

    open_timeout_s: Seconds = 10.0


class DetectionConfig(Section):
    """`detection`: which detector finds plates, and when it looks."""

    detector: str = "neural"
    score_threshold: Share = 0.4
    model: str = "default"


class TrackingConfig(Section):
    """`tracking`: when detections become a track, and how long one lives."""

    min_hits: Annotated[int, Field(ge=1)] = 2


class ReadingConfig(Section):
    """`reading`: which reader reads plates, and which plates are worth reading."""

    reader: str = "neural"


class VotingConfig(Section):
    """`voting`: how reads become one reading."""

    max_reading_delay_s: Seconds = 30.0


class DuplicatesConfig(Section):
    """`duplicates`: when a vehicle seen again is the same visit."""

    within_s: Seconds = 30.0


class DeliveryConfig(Section):
    """`delivery`: where readings go."""


class RegistryConfig(Section):
    """`registry`: the optional look-up of a vehicle by its plate."""


class Config(Section):
    """The whole configuration file."""

    capture: CaptureConfig = CaptureConfig()
    detection: DetectionConfig = DetectionConfig()
    tracking: TrackingConfig = TrackingConfig()
    reading: ReadingConfig = ReadingConfig()
    voting: VotingConfig = VotingConfig()
    duplicates: DuplicatesConfig = DuplicatesConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    registry: RegistryConfig = RegistryConfig()
