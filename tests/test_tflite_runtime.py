"""The models in the other runtime, tflite-runtime 2.14, in an environment of its own: Python 3.11, numpy below 2."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from streamer.detection.neural import decode, letterbox
from streamer.geometry import box_iou
from streamer.litert import Model
from tests.drawn import PLATE_WH, draw_plate, street

pytestmark = pytest.mark.timeout(600)

PLATE_AT = 220, 200

PACKAGES = ("tflite-runtime==2.14.0", "numpy<2", "pyyaml")

RUN = """
import sys
from pathlib import Path
import numpy as np
import tflite_runtime
from streamer.litert import Model
assert np.__version__.startswith("1."), np.__version__
assert "ai_edge_litert" not in sys.modules
path, kind, image, out = sys.argv[1:]
np.savez(out, *Model(Path(path), kind).run(np.load(image)))
"""


@pytest.fixture(scope="module")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with tflite-runtime and nothing of ours."""
    python = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if python is None:
        pytest.skip("tflite-runtime 2.14 is built for Python 3.11 at most, and there is no python3.11 here")
    folder = tmp_path_factory.mktemp("tflite")
    made = subprocess.run([python, "-m", "venv", folder], capture_output=True, text=True, timeout=120)
    if made.returncode:
        pytest.skip(f"no environment can be made with {python}: {made.stderr or made.stdout}")
    pip = [folder / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    command = [*pip, "install", "--only-binary=:all:", *PACKAGES]
    installed = subprocess.run(command, capture_output=True, text=True, timeout=400)
    if installed.returncode:
        pytest.skip(f"tflite-runtime 2.14.0 can't be installed here: {installed.stderr.strip().splitlines()[-1]}")
    return folder / "bin" / "python"


def in_other_runtime(python: Path, model: Path, kind: str, image: np.ndarray, folder: Path) -> list[np.ndarray]:
    np.save(folder / "image.npy", image)
    project = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [python, "-c", RUN, model, kind, folder / "image.npy", folder / "out.npz"],
        env={**os.environ, "PYTHONPATH": str(project)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with np.load(folder / "out.npz") as out:
        return [out[name] for name in out.files]


def box_of(quad: np.ndarray) -> tuple[float, float, float, float]:
    x, y, w, h = cv2.boundingRect(quad)
    return x, y, w, h


@pytest.mark.parametrize("size", ["default", "small"])
def test_a_detector_finds_the_same_plates(project: Path, other_python: Path, tmp_path: Path, size: str) -> None:
    path = project / "models" / f"detector-{size}.tflite"
    model = Model(path, "plate detector")
    height, width, _ = model.input_hwc
    canvas, _ = letterbox(draw_plate(street(), "KT347HE", *PLATE_AT), (width, height))
    here = decode(*model.run(canvas), 0.4)
    there = decode(*in_other_runtime(other_python, path, "plate detector", canvas, tmp_path), 0.4)
    assert len(here) == len(there) == 1
    # One step of the quantized width is 2.4 %, and the runtimes may round differently
    assert box_iou(box_of(there[0][0]), box_of(here[0][0])) > 0.93
    assert there[0][1] == pytest.approx(here[0][1], abs=0.05)


def test_the_reader_says_the_same(project: Path, other_python: Path, tmp_path: Path) -> None:
    path = project / "models" / "reader.tflite"
    model = Model(path, "plate reader")
    height, width, _ = model.input_hwc
    (x, y), (w, h) = PLATE_AT, PLATE_WH
    plate = draw_plate(street(), "KT347HE", x, y)[y : y + h, x : x + w]
    image = cv2.cvtColor(cv2.resize(plate, (width, height)), cv2.COLOR_BGR2GRAY)[..., None]
    (here,) = model.run(image)
    (there,) = in_other_runtime(other_python, path, "plate reader", image, tmp_path)
    np.testing.assert_array_equal(there.argmax(axis=1), here.argmax(axis=1))
    np.testing.assert_allclose(there, here, atol=1.0)
