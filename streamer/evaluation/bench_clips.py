"""The clips that `streamer bench` runs on: one source clip at three sizes, and a scene in which nothing moves."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from streamer.errors import ConfigError, SourceError

FPS = 30
LONG_FRAMES = 20_000
"""Frames over which memory may not grow."""


@dataclass(frozen=True, slots=True)
class BenchClips:
    """H.264 at 30 frames a second."""

    hd: Path
    """1280x720."""
    full_hd: Path
    """1920x1080."""
    idle: Path
    """1280x720, one frame with a camera's noise on it."""
    long: Path
    """640x360, as many frames as were asked for."""
    seconds: float
    """Length of all but the long one."""


def make_bench_clips(source: Path, folder: Path, seconds: float, long_frames: int = LONG_FRAMES) -> BenchClips:
    """Make the clips out of a clip, played again and again until they are long enough; those that exist are kept.

    Raises
    ------
    ConfigError
        When ffmpeg is not here.
    SourceError
        When ffmpeg can't read the source.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise ConfigError("bench: needs ffmpeg (Debian package ffmpeg)")
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{source.stem}-{seconds:g}s"
    hd, full_hd, idle, long = (folder / f"{stem}-{name}.mp4" for name in ("720", "1080", "idle", "long"))
    clips = BenchClips(hd, full_hd, idle, long, seconds)
    looped = ["-stream_loop", "-1", "-i", str(source)]
    _encode(program, looped, f"fps={FPS},scale=1280:720", seconds, clips.hd)
    _encode(program, looped, f"fps={FPS},scale=1920:1080", seconds, clips.full_hd)
    still = f"trim=end_frame=1,loop=-1:1:0,fps={FPS},scale=1280:720,noise=alls=3:allf=t"
    _encode(program, ["-i", str(source)], still, seconds, clips.idle)
    short = folder / f"{stem}-360.mp4"
    _encode(program, looped, f"fps={FPS},scale=640:360", seconds, short)
    again = ["-stream_loop", "-1", "-i", str(short), "-c", "copy", "-frames:v", str(long_frames)]
    _make(program, again, clips.long)
    return clips


def _encode(program: str, source: list[str], filters: str, seconds: float, out: Path) -> None:
    encoder = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-g", str(FPS), "-pix_fmt", "yuv420p"]
    _make(program, [*source, "-an", "-vf", filters, "-t", f"{seconds:g}", *encoder], out)


def _make(program: str, arguments: list[str], out: Path) -> None:
    if out.is_file():
        return
    part = out.with_suffix(".part.mp4")
    command = [program, "-v", "error", "-y", *arguments, str(part)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        part.unlink(missing_ok=True)
        raise SourceError(f"bench: ffmpeg: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
    part.replace(out)
