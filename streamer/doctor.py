"""What a source looks like to this program on this machine, and what a person could change about it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from streamer.config import Config
from streamer.watching import Measured

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
SHOWN = 8
"""Plates that are named."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth knowing."""

    good: bool
    what: str
    advice: str = ""


def findings(measured: Measured, config: Config, live: bool) -> list[Finding]:
    """Return what a person needs to hear, the picture first, then the plates, then the machine."""
    width, height = measured.size_wh
    result = [Finding(True, f"{width}x{height}, {measured.fps:.1f} frames a second")]
    if live and 0 < measured.fps < 8:
        result.append(Finding(False, "few frames a second", "raise the camera's frame rate or lower its resolution"))
    if measured.losses:
        result.append(Finding(False, f"the picture was lost {measured.losses} times", "look at cable, Wi-Fi and power"))
    return [*result, *_light(measured), *_plates(measured), *_vehicles(measured), *_machine(measured, config, live)]


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


ADVICE = {
    "too small": "zoom in, come closer, or use a higher resolution",
    "too blurred": "focus; shorten the exposure; add light",
    "seen too briefly": "point the camera at a longer stretch of the way, or raise its frame rate",
    "cut off": "point the camera so that plates pass well inside the picture",
    "format": "check --region: plates of other countries are in view",
}
"""What a person can do about vehicles that were not read; the other reasons need nothing done."""


def _vehicles(measured: Measured) -> list[Finding]:
    result = []
    if measured.readings:
        result.append(Finding(True, f"read {len(measured.readings)}: {', '.join(measured.readings[:SHOWN])}"))
    for reason, count in sorted(measured.rejected.items(), key=lambda item: (-item[1], item[0])):
        result.append(Finding(reason not in ADVICE, f"not read, {reason}: {count}", ADVICE.get(reason, "")))
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
