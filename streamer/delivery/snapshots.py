"""The evidence of each reading: the frame that was read, and the plate image that won."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from streamer.datatypes import Reading
from streamer.delivery.records import utc_text
from streamer.errors import SinkError


class Snapshots:
    """Writes two pictures for each reading into one folder.

    The plate image is PNG, so its pixels are those that were read; the frame is JPEG or PNG. A name holds when and
    where, the plate, the reading's id and the frame's number, so that a later event of the same vehicle with another
    best frame never replaces the pictures that an earlier event points to.

    Raises
    ------
    SinkError
        The folder can't be made or written.
    """

    name = "snapshots"

    def __init__(self, folder: Path, kind: Literal["jpg", "png"] = "jpg", quality: int = 95) -> None:
        self._folder = folder
        self._kind = kind
        self._quality = quality
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".streamer-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise SinkError(f"{folder}: snapshots can't be written: {error.strerror}") from error

    def save(self, reading: Reading) -> tuple[str | None, str | None]:
        """Write a reading's frame and plate image and return their paths.

        What the reading does not hold is null, unless an earlier event with the same best frame wrote it.

        Raises
        ------
        SinkError
            A picture could not be written; no torn file is left.
        """
        name = picture_name(reading)
        frame_image = None if reading.frame is None else reading.frame.image
        return (
            self._picture(self._folder / f"{name}.{self._kind}", frame_image),
            self._picture(self._folder / f"{name}_plate.png", reading.plate_image),
        )

    def _picture(self, path: Path, image: np.ndarray | None) -> str | None:
        if not path.exists():
            if image is None:
                return None
            self._write(path, image)
        return str(path)

    def _write(self, path: Path, image: np.ndarray) -> None:
        options = [cv2.IMWRITE_JPEG_QUALITY, self._quality] if path.suffix == ".jpg" else []
        part = path.with_name(f".{path.name}.part")
        try:
            encodes, encoded = cv2.imencode(path.suffix, image, options)
            if encodes:
                part.write_bytes(encoded.data)
                part.replace(path)
        except cv2.error as error:
            raise SinkError(f"{path}: the picture can't be encoded: {error.err}") from error
        except OSError as error:
            part.unlink(missing_ok=True)
            raise SinkError(f"{path}: can't be written: {error.strerror}") from error
        if not encodes:
            raise SinkError(f"{path}: the picture can't be encoded")


def picture_name(reading: Reading) -> str:
    """Return the name of a reading's pictures, without suffix: safe in any file system, sorted by time."""
    when = utc_text(reading.first_seen).replace("-", "").replace(":", "")
    camera = re.sub(r"[^A-Za-z0-9-]+", "_", reading.camera)[:40]
    identity = re.sub(r"[^A-Za-z0-9-]+", "_", reading.id)[:64]
    return f"{when}_{camera}_{reading.plate}_{identity}_{reading.best_frame}"
