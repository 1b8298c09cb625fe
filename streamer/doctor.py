"""What a source looks like to this program on this machine, and what a person could change about it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import cv2
import numpy as np

from streamer.capture.frame_queue import FrameQueue
from streamer.capture.thread import CaptureThread
from streamer.config import Config
from streamer.datatypes import Frame, PictureLost, Quality
from streamer.errors import SourceError
from streamer.interfaces import Detector, Reader, Source

NEEDED_PX = 16.0
"""Plate height from which a person reads plates without doubt; `legible_from` in the clips' truth uses the same."""
GOOD_PX = 24.0
"""Plate height that leaves something for bad light and motion."""
SOFT = 0.35
"""Sharpness (0 to 1) under which strokes run together."""
DARK, BRIGHT = 50.0, 205.0
"""Mean grey level of a picture that is too dark or too bright."""
CLIPPED = 0.25
"""Share of pixels at either end of the scale from which detail is lost for good."""


@dataclass(slots=True)
class Measured:
    """What was seen in some seconds of a source."""

    size_wh: tuple[int, int] = (0, 0)
    seconds: float = 0.0
    """Of the source's own time."""
    frames: int = 0
    looks: int = 0
    losses: int = 0
    decode_ms: list[float] = field(default_factory=list)
    detect_ms: list[float] = field(default_factory=list)
    read_ms: list[float] = field(default_factory=list)
    grey: list[float] = field(default_factory=list)
    """Mean grey level of each frame that was looked at, 0 to 255."""
    clipped: list[float] = field(default_factory=list)
    """Share of its pixels that are black or white."""
    plates: list[Quality] = field(default_factory=list)

    @property
    def fps(self) -> float:
        """Frames a second that the source really gives."""
        return (self.frames - 1) / self.seconds if self.frames > 1 and self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth knowing."""

    good: bool
    what: str
    advice: str = ""


def measure(
    source: Source,
    detector: Detector,
    reader: Reader,
    config: Config,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
) -> Measured:
    """Watch a source for some seconds of the clock, looking at every frame that there is time for.

    Raises
    ------
    SourceError
        The source can't be opened or read.
    """
    measured = Measured()
    queue = FrameQueue(config.capture.queue_frames, source.live)
    thread = CaptureThread(
        source, queue, config.capture, on_capture=lambda spent_s: measured.decode_ms.append(1000 * spent_s)
    )
    thread.start()
    first_s, began_s = None, clock()
    try:
        while clock() - began_s < max(seconds, 0.0) + (config.capture.open_timeout_s if first_s is None else 0.0):
            try:
                item = queue.get(timeout_s=0.2)
            except TimeoutError:
                continue
            if item is None:
                break
            if isinstance(item, PictureLost):
                measured.losses += 1
                continue
            if first_s is None:
                first_s, began_s = item.timestamp_s, clock()
            measured.seconds = item.timestamp_s - first_s
            _look(item, detector, reader, measured, clock)
            measured.frames = thread.frames_read if source.live else measured.looks
    finally:
        thread.stop()
        queue.cancel()
        thread.join(2.0)
    if not measured.looks:
        raise thread.error or SourceError(f"{source.name}: no picture within {config.capture.open_timeout_s:g} s")
    return measured


def _look(frame: Frame, detector: Detector, reader: Reader, measured: Measured, clock: Callable[[], float]) -> None:
    """Detect and read one frame, and take note of what it took and what there was."""
    image = frame.image
    measured.looks += 1
    measured.size_wh = image.shape[1], image.shape[0]
    small = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (320, 180), interpolation=cv2.INTER_LINEAR)
    measured.grey.append(float(small.mean()))
    measured.clipped.append(float(np.mean((small <= 4) | (small >= 251))))
    start = clock()
    plates = detector.detect(image)
    measured.detect_ms.append(1000 * (clock() - start))
    for plate in plates:
        start = clock()
        read = reader.read(image, plate.quad, plate.score)
        measured.read_ms.append(1000 * (clock() - start))
        measured.plates.append(read.quality)


def findings(measured: Measured, config: Config, live: bool) -> list[Finding]:
    """Return what a person needs to hear, the picture first, then the plates, then the machine."""
    width, height = measured.size_wh
    result = [Finding(True, f"{width}x{height}, {measured.fps:.1f} frames a second")]
    if live and 0 < measured.fps < 8:
        result.append(Finding(False, "few frames a second", "raise the camera's frame rate or lower its resolution"))
    if measured.losses:
        result.append(Finding(False, f"the picture was lost {measured.losses} times", "look at cable, Wi-Fi and power"))
    return [*result, *_light(measured), *_plates(measured), *_machine(measured, config, live)]


def _light(measured: Measured) -> list[Finding]:
    grey, clipped = median(measured.grey), median(measured.clipped)
    what = f"mean brightness {grey:.0f} of 255, {100 * clipped:.0f} % black or white"
    if grey < DARK:
        return [Finding(False, f"too dark: {what}", "add light, or lengthen the exposure if plates stay sharp")]
    if grey > BRIGHT:
        return [Finding(False, f"too bright: {what}", "shorten the exposure")]
    if clipped > CLIPPED:
        return [Finding(False, f"light and shadow lose detail: {what}", "turn on WDR, or shield the lens from the sun")]
    return [Finding(True, f"exposure is fine: {what}")]


def _plates(measured: Measured) -> list[Finding]:
    if not measured.plates:
        return [Finding(False, "no plate was in view", "try again while vehicles pass")]
    heights = [plate.plate_height_px for plate in measured.plates]
    tall = median(heights)
    what = f"plates are {tall:.0f} px tall ({min(heights):.0f} to {max(heights):.0f}), {NEEDED_PX:.0f} are needed"
    sharp = median(plate.sharpness for plate in measured.plates)
    closer = f"zoom in, come closer, or use {GOOD_PX / max(tall, 1):.1f} times the resolution"
    advice = closer if tall < GOOD_PX else ""
    result = [Finding(tall >= NEEDED_PX, what, advice)]
    if sharp < SOFT:
        result.append(
            Finding(False, f"plates are soft (sharpness {sharp:.2f})", "focus; shorten the exposure; add light")
        )
    else:
        result.append(Finding(True, f"plates are sharp (sharpness {sharp:.2f})"))
    return result


def _machine(measured: Measured, config: Config, live: bool) -> list[Finding]:
    decode, detect = median(measured.decode_ms or [0.0]), median(measured.detect_ms)
    read = median(measured.read_ms) if measured.read_ms else None
    times = f"decode {decode:.1f} ms, detect {detect:.1f} ms" + (f", read {read:.1f} ms a plate" if read else "")
    result = [Finding(True, f"on this machine: {times}")]
    looks = 1000 / max(detect + (read or 0.0), 1e-3)
    wanted = 1 / max(config.detection.look.search_interval_s, 1e-3)
    if live and decode * measured.fps > 900:
        result.append(Finding(False, "decoding alone takes the whole machine", "lower the camera's resolution or rate"))
    elif looks < wanted:
        advice = "use a smaller model, --threads, or a smaller picture"
        result.append(Finding(False, f"{looks:.0f} looks a second, {wanted:.0f} are wanted", advice))
    else:
        result.append(Finding(True, f"it keeps up: {looks:.0f} looks a second are possible, {wanted:.0f} are wanted"))
    return result
