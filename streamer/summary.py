"""The end of a run in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from streamer.delivery.dispatcher import Dispatcher
from streamer.delivery.records import StageMilliseconds, SummaryLine
from streamer.stats import CameraStatus, RunStats, peak_memory_mb


def summarize(stats: RunStats, cameras: Sequence[CameraStatus], outputs: Dispatcher, seconds: float) -> SummaryLine:
    """Return the summary of a run that has ended.

    Parameters
    ----------
    stats
        The run's counters.
    cameras
        One for each source.
    outputs
        Closed, so that what they count is complete.
    seconds
        How long the run took, from its start.
    """
    stages = stats.stage_ms()
    return SummaryLine(
        sources=len(cameras),
        frames_read=stats.counted("frames_read"),
        frames_processed=stats.counted("frames_processed"),
        frames_dropped=sum(stats.dropped.values()),
        readings=sum(camera.readings for camera in cameras),
        seconds=round(seconds, 3),
        fps=round(stats.fps, 2),
        latency_ms=outputs.latency(),
        stage_ms=StageMilliseconds(**{name: stages.get(name) for name in StageMilliseconds.model_fields}),
        rejected=dict(sorted(stats.rejected.items())),
        reconnects=stats.counted("reconnects"),
        sink_errors=outputs.sink_errors,
        memory_mb=round(peak_memory_mb(), 1),
    )
