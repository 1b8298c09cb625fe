"""The live window, and whether there is a screen for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import cv2

from streamer.datatypes import FrameReport
from streamer.delivery.drawing import annotate
from streamer.errors import SinkError

PROBE = "import cv2; cv2.namedWindow('probe'); cv2.waitKey(1); cv2.destroyAllWindows()"
PROBE_LIMIT_S = 30.0
QUIET_QT = "*.debug=false;*.info=false;*.warning=false"
"""Qt's own log lines are not for our users."""


def check_screen() -> None:
    """Check, before anything starts, that a window can be opened. Raises `SinkError`.

    OpenCV ends the whole process when it can't open a window, so another process tries first.
    """
    if any("GUI:" in line and "NONE" in line for line in cv2.getBuildInformation().splitlines()):
        raise SinkError("--display: this OpenCV has no windows (opencv-python-headless is installed)")
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise SinkError("--display: there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)")
    try:
        tried = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, check=False, timeout=PROBE_LIMIT_S)
    except subprocess.TimeoutExpired as error:
        raise SinkError(f"--display: the screen did not answer within {PROBE_LIMIT_S:g} s") from error
    if tried.returncode:
        screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        raise SinkError(f"--display: no window can be opened on the screen {screen}")


class Window:
    """Shows what `annotate` draws, a window for each camera. `q`, or closing a window, asks the run to stop.

    Every call of OpenCV's window functions comes from the one thread that shows frames.
    """

    name = "window"
    may_drop = True

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._shown: set[str] = set()
        os.environ.setdefault("QT_LOGGING_RULES", QUIET_QT)

    def show(self, report: FrameReport) -> None:
        """Show one frame."""
        title = f"streamer: {report.camera}"
        if title not in self._shown:
            cv2.namedWindow(title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO)
            height, width = report.frame.image.shape[:2]
            cv2.resizeWindow(title, min(width, 1280), min(height, 1280 * height // width))
            self._shown.add(title)
        elif _was_closed(title):
            self._stop.set()
            return
        cv2.imshow(title, annotate(report))
        if cv2.waitKey(1) & 0xFF in (ord("q"), ord("Q")):
            self._stop.set()

    def close(self) -> None:
        """Close the windows."""
        if self._shown:
            cv2.destroyAllWindows()
            cv2.waitKey(1)


def _was_closed(title: str) -> bool:
    """Tell whether the user closed a window. Once the last one is closed, OpenCV's Qt raises instead of answering."""
    try:
        return cv2.getWindowProperty(title, cv2.WND_PROP_VISIBLE) < 1
    except cv2.error:
        return True
