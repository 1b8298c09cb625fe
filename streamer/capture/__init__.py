"""Where frames come from: sources, the frame queue and the capture thread."""

from streamer.capture.addresses import redact
from streamer.capture.clock import Clock
from streamer.capture.frame_queue import FrameQueue
from streamer.capture.native_logs import native_stderr_discarded
from streamer.capture.part import Part
from streamer.capture.source_info import SourceInfo, SourceKind
from streamer.capture.sources import Expanded, expand_sources, kind_of, make_source
from streamer.capture.thread import CaptureThread

__all__ = [
    "CaptureThread",
    "Clock",
    "Expanded",
    "FrameQueue",
    "Part",
    "SourceInfo",
    "SourceKind",
    "expand_sources",
    "kind_of",
    "make_source",
    "native_stderr_discarded",
    "redact",
]
