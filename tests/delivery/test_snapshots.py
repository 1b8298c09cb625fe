"""Evidence: the pictures that a reading names are the pictures that were read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.delivery.snapshots import Snapshots, picture_name
from streamer.errors import SinkError
from tests.factories import make_frame, make_image, make_reading


def load(path: str | None) -> np.ndarray:
    assert path is not None
    image = cv2.imread(path, cv2.IMREAD_UNCHANGED)
    assert image is not None
    return image


def test_pictures_hold_the_pixels_that_were_given(tmp_path: Path) -> None:
    frame, plate = make_frame(61), make_image(94, 24, seed=5)
    snapshot, crop = Snapshots(tmp_path / "new" / "folder", "png").save(make_reading(frame=frame, plate_image=plate))
    assert np.array_equal(load(snapshot), frame.image)
    assert np.array_equal(load(crop), plate)


def test_a_jpeg_frame_is_that_frame_and_no_other(tmp_path: Path) -> None:
    frame = make_frame(image=cv2.resize(make_image(8, 6), (640, 480), interpolation=cv2.INTER_CUBIC))
    before = frame.image.copy()
    snapshot, _ = Snapshots(tmp_path).save(make_reading(frame=frame))
    assert snapshot is not None
    assert snapshot.endswith(".jpg")
    assert np.abs(load(snapshot).astype(int) - frame.image).mean() < 3
    assert np.array_equal(frame.image, before)


def test_a_reading_without_pictures_names_none(tmp_path: Path) -> None:
    assert Snapshots(tmp_path).save(make_reading()) == (None, None)
    assert list(tmp_path.iterdir()) == []


def test_a_later_event_never_replaces_the_pictures_of_an_earlier_one(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path, "png")
    first = make_frame(10)
    provisional, _ = snapshots.save(make_reading(event="provisional", best_frame=10, frame=first))
    final, _ = snapshots.save(make_reading(event="final", best_frame=20, frame=make_frame(20)))
    assert provisional != final
    assert np.array_equal(load(provisional), first.image)


def test_an_enriched_event_names_the_pictures_of_the_final_one(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    final = snapshots.save(make_reading(frame=make_frame(), plate_image=make_image()))
    assert snapshots.save(make_reading(event="enriched")) == final
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("camera", ["../../etc/passwd", "a/b", "dvůr\n", ".hidden", "x" * 300, "rtsp://host:554/1"])
def test_names_are_safe_whatever_the_camera_is_called(tmp_path: Path, camera: str) -> None:
    reading = make_reading(camera=camera, id="../" * 40, frame=make_frame())
    name = picture_name(reading)
    assert set("/\\\n") & set(name) == set()
    assert len(name) < 200
    snapshot, _ = Snapshots(tmp_path).save(reading)
    assert snapshot is not None
    assert Path(snapshot).parent == tmp_path


def test_a_folder_that_cant_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SinkError, match="can't be written"):
        Snapshots(tmp_path / "file")
    with pytest.raises(SinkError, match="can't be written"):
        Snapshots(Path("/proc/pictures"))


def test_a_folder_that_vanishes_is_a_fault_and_leaves_nothing_torn(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "pictures")
    (tmp_path / "pictures").rmdir()
    with pytest.raises(SinkError, match="can't be written"):
        snapshots.save(make_reading(frame=make_frame()))


def test_a_picture_that_cant_be_encoded_is_a_fault(tmp_path: Path) -> None:
    """JPEG ends at 65,535 px; OpenCV raises an error of its own there."""
    wide = np.zeros((1, 70_000, 3), np.uint8)
    with pytest.raises(SinkError, match="encoded"):
        Snapshots(tmp_path).save(make_reading(frame=make_frame(image=wide)))
    assert list(tmp_path.iterdir()) == []
