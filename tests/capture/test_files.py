"""Video files as ffmpeg makes them, and as accidents leave them."""

from __future__ import annotations

import logging
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from streamer.capture.clock import Clock
from streamer.capture.files import VideoFileSource
from streamer.capture.part import Part
from streamer.config import CaptureConfig
from streamer.datatypes import Frame
from streamer.errors import SourceError, SourceFormatError
from tests.capture.conftest import H264, MakeVideo, number_of
from tests.factories import NOON

pytestmark = pytest.mark.timeout(240)


def frames_of(path: Path, part: Part | None = None, **settings: object) -> list[Frame]:
    source = VideoFileSource(str(path), CaptureConfig(**settings), part, Clock(utc=lambda: NOON))
    source.open()
    try:
        frames = []
        while (frame := source.read()) is not None:
            frames.append(frame)
        assert source.read() is None, "the end came twice"
        return frames
    finally:
        source.close()


def presentation_times(path: Path) -> list[float]:
    """Return the times that ffprobe sees, an implementation that is not ours."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0"]
    lines = subprocess.run([*command, str(path)], check=True, capture_output=True, text=True, timeout=60).stdout
    times = sorted(float(line.strip(",")) for line in lines.split() if line.strip(","))
    return [time - times[0] for time in times]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("h264.mp4", H264),
        ("h264_b_frames.mp4", ("-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p")),
        ("h264.mkv", H264),
        ("h264.mov", H264),
        ("h264.ts", H264),
        ("h265.mp4", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")),
        ("h265.mkv", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")),
        ("mjpeg.avi", ("-c:v", "mjpeg", "-q:v", "2")),
        ("mjpeg.mov", ("-c:v", "mjpeg", "-q:v", "2")),
        ("mjpeg.mkv", ("-c:v", "mjpeg", "-q:v", "2")),
        ("vp9.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")),
        ("vp9.mp4", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")),
        ("with space & %03d.mp4", H264),
        ("rtsp:name.mp4", H264),
    ],
)
def test_every_frame_in_order_with_its_time(video: MakeVideo, name: str, codec: tuple[str, ...]) -> None:
    made = video("made" + Path(name).suffix, *codec)
    path = made.rename(made.with_name(name))
    frames = frames_of(path)
    assert [frame.index for frame in frames] == list(range(20))
    assert [number_of(frame) for frame in frames] == list(range(20))
    assert [frame.timestamp_s for frame in frames] == pytest.approx([index / 10 for index in range(20)], abs=1e-3)
    assert frames[7].utc - NOON == timedelta(seconds=frames[7].timestamp_s)
    assert all(frame.image.shape == (64, 96, 3) and frame.image.dtype == np.uint8 for frame in frames)
    assert {frame.source for frame in frames} == {str(path)}


def test_image_can_not_be_written_to(video: MakeVideo) -> None:
    frame = frames_of(video("a.mp4", *H264, frames=1))[0]
    with pytest.raises(ValueError, match="read-only"):
        frame.image[0, 0] = 0


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_variable_frame_rate_keeps_its_times(video: MakeVideo, suffix: str) -> None:
    """Time from the frame number would be wrong by up to a second here."""
    path = video(f"vfr.{suffix}", "-vf", "select='lt(n,5)+gt(n,14)'", "-fps_mode", "vfr", *H264, frames=10)
    frames = frames_of(path)
    assert [number_of(frame) for frame in frames] == [*range(5), *range(15, 20)]
    assert [frame.timestamp_s for frame in frames] == pytest.approx(presentation_times(path), abs=2e-3)
    assert frames[5].timestamp_s == pytest.approx(1.5, abs=2e-3)


@pytest.mark.parametrize(("turn", "shape"), [(90, (96, 64, 3)), (180, (64, 96, 3)), (270, (96, 64, 3))])
def test_phone_held_upright_is_turned_as_its_file_says(
    video: MakeVideo, ffmpeg, turn: int, shape: tuple[int, ...]
) -> None:
    upright = video("flat.mp4", *H264, frames=2)
    turned = ffmpeg("-i", str(upright), "-c", "copy", "-metadata:s:v:0", f"rotate={turn}", "turned.mp4")
    source = VideoFileSource(str(turned), CaptureConfig())
    source.open()
    assert source.read().image.shape == shape
    assert (source.info.height, source.info.width) == shape[:2]
    source.close()


def test_configured_turn_comes_on_top(video: MakeVideo) -> None:
    path = video("a.mp4", *H264, frames=1)
    assert frames_of(path, rotate=90)[0].image.shape == (96, 64, 3)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Part(start_s=0.5), range(5, 20)),
        (Part(start_s=0.45, duration_s=0.5), range(5, 10)),
        (Part(duration_s=0.3), range(3)),
        (Part(max_frames=4), range(4)),
        (Part(start_s=1, max_frames=2), range(10, 12)),
        (Part(start_s=1, duration_s=0.1, max_frames=5), range(10, 11)),
        (Part(start_s=99), range(0)),
    ],
)
def test_part_of_a_file_keeps_its_numbers_and_times(video: MakeVideo, part: Part, expected: range) -> None:
    frames = frames_of(video("a.mp4", *H264, "-g", "7"), part)
    assert [frame.index for frame in frames] == list(expected)
    assert [number_of(frame) for frame in frames] == list(expected)
    assert [frame.timestamp_s for frame in frames] == pytest.approx([index / 10 for index in expected], abs=1e-3)


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_file_that_says_when_it_was_made_counts_from_then(video: MakeVideo, suffix: str) -> None:
    path = video(f"a.{suffix}", *H264, "-metadata", "creation_time=2024-05-06T07:08:09Z", frames=6)
    assert frames_of(path)[5].utc == datetime(2024, 5, 6, 7, 8, 9, 500000, UTC)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", (*H264, "-movflags", "+faststart")),
        ("a.mkv", H264),
        ("a.avi", ("-c:v", "mjpeg")),
        ("a.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "4")),
    ],
)
def test_file_cut_in_the_middle_is_read_as_far_as_it_goes(
    video: MakeVideo, caplog: pytest.LogCaptureFixture, name: str, codec: tuple[str, ...]
) -> None:
    path = video(name, *codec)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with caplog.at_level(logging.WARNING):
        frames = frames_of(path)
    assert 3 <= len(frames) < 20
    assert [number_of(frame) for frame in frames[:3]] == [0, 1, 2]
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"{path} is cut off, {len(whole) - path.stat().st_size} bytes are missing; {len(frames)} ")


def test_whole_file_is_not_called_cut(video: MakeVideo, caplog: pytest.LogCaptureFixture) -> None:
    for name, codec in (("a.mp4", H264), ("a.mkv", H264), ("a.avi", ("-c:v", "mjpeg")), ("a.ts", H264)):
        frames_of(video(name, *codec))
    assert caplog.records == []


def test_recording_that_was_never_finished_says_so(video: MakeVideo) -> None:
    """A power cut while an MP4 is being written leaves it without its index, which comes last."""
    path = video("a.mp4", *H264)
    path.write_bytes(path.read_bytes()[:-600])
    with pytest.raises(SourceFormatError, match="cut off before its index was written"):
        frames_of(path)


def test_damage_in_the_middle_loses_only_what_is_damaged(video: MakeVideo, caplog: pytest.LogCaptureFixture) -> None:
    """OpenCV reports a damaged packet as it reports the end; four fifths of a clip were once lost to 600 bad bytes."""
    path = video("a.mp4", *H264, "-g", "5", "-movflags", "+faststart", size="320x240")
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 4
    data[start : start + 400] = np.random.default_rng(1).integers(0, 256, 400, np.uint8).tobytes()
    path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        frames = frames_of(path)
    assert len(frames) > 12
    assert frames[-1].timestamp_s == pytest.approx(1.9, abs=1e-3)
    assert [number_of(frame) for frame in frames[-3:]] == [17, 18, 19]


def test_frames_that_change_size_are_all_read_at_one_size(video: MakeVideo) -> None:
    annex_b = (*H264, "-f", "h264")
    small = video("small.h264", *annex_b, frames=5)
    large = video("large.h264", *annex_b, frames=5, size="192x128")
    both = small.with_name("both.h264")
    both.write_bytes(small.read_bytes() + large.read_bytes())
    frames = frames_of(both)
    assert len(frames) == 10
    assert len({frame.image.shape for frame in frames}) == 1
    assert [number_of(frame) for frame in frames] == [*range(5), *range(5)]


def test_bare_stream_without_times_still_gets_growing_ones(video: MakeVideo) -> None:
    frames = frames_of(video("a.h264", *H264, "-f", "h264", frames=6))
    times = [frame.timestamp_s for frame in frames]
    assert times[0] == 0
    assert np.all(np.diff(times) > 0.01)


@pytest.mark.parametrize("size", ["2x2", "4096x32"])
def test_odd_sizes(video: MakeVideo, size: str) -> None:
    width, height = map(int, size.split("x"))
    assert frames_of(video("a.avi", "-c:v", "mjpeg", size=size, frames=2))[1].image.shape == (height, width, 3)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.mp4", b"", "the file is empty"),
        ("letter.mp4", b"Dear camera owner,\n" * 50, "this is text"),
        ("noise.mkv", bytes(range(256)) * 40, "not an image or a video"),
        ("paper.mp4", b"%PDF-1.4 ...", "PDF is not supported"),
        ("ftyp.mp4", b"\0\0\0\x14ftypisom\0\0\2\0isom" + b"\0\0\0\x08free", "cut off before its index"),
        ("zeros.mp4", bytes(5000), "not an image or a video"),
    ],
)
def test_no_video_is_named_in_one_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceFormatError, match=message) as caught:
        frames_of(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.mp4: no such file or directory"):
        frames_of(tmp_path / "gone.mp4")
    with pytest.raises(SourceError, match="is a directory"):
        frames_of(tmp_path)


def test_closing_twice_and_unopened_is_harmless(video: MakeVideo) -> None:
    source = VideoFileSource(str(video("a.mp4", *H264, frames=1)), CaptureConfig())
    assert source.read() is None
    source.close()
    source.open()
    source.close()
    source.close()
    assert source.read() is None


def test_same_rate_and_length_as_opencv_says(video: MakeVideo) -> None:
    source = VideoFileSource(str(video("a.mp4", *H264)), CaptureConfig())
    source.open()
    assert (source.info.fps, source.info.duration_s) == (10.0, pytest.approx(2.0))
    source.close()


def test_close_from_another_thread_ends_a_long_way_to_the_wanted_part(video: MakeVideo) -> None:
    source = VideoFileSource(str(video("a.mp4", *H264)), CaptureConfig(), Part(start_s=99))
    source.open()
    closer = threading.Timer(0, source.close)
    closer.start()
    assert source.read() is None
    closer.join(30)
    assert source.read() is None
