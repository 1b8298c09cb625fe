"""The clips that `streamer bench` runs on: one source clip at two sizes, and a scene in which nothing moves."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from streamer.errors import ConfigError, SourceError

FPS = 30


@dataclass(frozen=True, slots=True)
class BenchClips:
    """H.264 at 30 frames a second."""

    hd: Path
    """1280x720."""
    full_hd: Path
    """1920x1080."""
    idle: Path
    """1280x720, one frame with a camera's noise on it."""
    seconds: float


def make_bench_clips(source: Path, folder: Path, seconds: float) -> BenchClips:
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
    clips = BenchClips(folder / f"{stem}-720.mp4", folder / f"{stem}-1080.mp4", folder / f"{stem}-idle.mp4", seconds)
    looped = ["-stream_loop", "-1", "-i", str(source)]
    _encode(program, looped, f"fps={FPS},scale=1280:720", seconds, clips.hd)
    _encode(program, looped, f"fps={FPS},scale=1920:1080", seconds, clips.full_hd)
    still = f"trim=end_frame=1,loop=-1:1:0,fps={FPS},scale=1280:720,noise=alls=3:allf=t"
    _encode(program, ["-i", str(source)], still, seconds, clips.idle)
    return clips


def _encode(program: str, source: list[str], filters: str, seconds: float, out: Path) -> None:
    if out.is_file():
        return
    part = out.with_suffix(".part.mp4")
    command = [program, "-v", "error", "-y", *source, "-an", "-vf", filters, "-t", f"{seconds:g}"]
    command += [
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        "23",
        "-g",
        str(FPS),
        "-pix_fmt",
        "yuv420p",
        str(part),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        part.unlink(missing_ok=True)
        raise SourceError(f"bench: ffmpeg: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
    part.replace(out)
