"""Keeping the chatter of OpenCV and FFmpeg from the user: their lines can hold an address with its password.

Their own log levels silence most of it. The rest (libjpeg, libpng, a driver) is written straight to file descriptor 2,
so a program that owns its process moves its own standard error aside and lets descriptor 2 lead nowhere.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

import cv2

_SETTINGS = {
    "OPENCV_LOG_LEVEL": "SILENT",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    "OPENCV_FFMPEG_IS_THREAD_SAFE": "1",
}
"""-8 is FFmpeg's AV_LOG_QUIET. The last one lifts OpenCV's own lock around every open and close, under which one dead
camera would keep the others from coming back; FFmpeg has been safe without it since 4.0."""


def quiet_opencv() -> None:
    """Silence the logs of OpenCV and of the FFmpeg inside it; a setting that the user made stays."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@contextlib.contextmanager
def native_stderr_discarded() -> Iterator[None]:
    """Discard what native code writes to descriptor 2, while `sys.stderr` goes on reaching the user.

    Enter once, at the start of the program: before logging is set up (a handler keeps the stream that it was given)
    and before any thread runs, because descriptors belong to the whole process.
    """
    before = sys.stderr
    before.flush()
    aside = os.dup(2)
    ours = os.fdopen(os.dup(2), "w", buffering=1, encoding=before.encoding or "utf-8", errors="backslashreplace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = ours
    try:
        yield
    finally:
        sys.stderr = before
        os.dup2(aside, 2)
        os.close(aside)
        ours.close()
