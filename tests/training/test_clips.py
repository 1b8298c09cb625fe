"""Clips made with truth: the truth is where the plates are, seeds repeat, splits share nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("PIL", reason="the renderer needs the extra `train`")

from models.training import clips
from models.training.clip_files import clip_writer
from models.training.clip_light import LightSteps, Sensor, Shake, Shooting, add_halo
from models.training.clip_paths import MOTIONS, PAIRS
from models.training.clip_roads import photo_background, road_background
from models.training.clip_scenes import RoadScene, StillScene, contrast_of, exposed, smear_px
from models.training.clip_sets import SETS
from models.training.clip_truth import Witness, clarity
from models.training.clip_vehicles import Camera, Pose, make_vehicle
from models.training.clips import Material, film, in_split, make_sets, road_scene
from models.training.plates import Plate
from streamer.errors import ConfigError, SinkError, SourceFormatError
from streamer.evaluation.clips import ClipScore, score_clip
from streamer.evaluation.datasets import load_dataset
from streamer.evaluation.labelled import LabelledClip, LabelledImage, LabelledPlate, LabelledVehicle
from streamer.evaluation.matching import Box
from streamer.evaluation.truth import read_truth, write_truth
from tests.evaluation.scripted import reading_at, run_of
from tests.factories import make_image

SIZE = (640, 360)
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs Debian's package ffmpeg")


def green_plate(text: str = "AB12") -> Plate:
    """A plate of a colour that nothing else in a scene has, with black bars for characters."""
    image = np.zeros((112, 500, 3), np.uint8)
    image[:] = (0, 255, 0)
    for left in range(80, 420, 40):
        image[30:82, left : left + 16] = 0
    return Plate(image, text, "sk", 1)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clips of a quarter of the usual size, to save time."""
    monkeypatch.setattr(clips, "SIZES_WH", (SIZE,))


@pytest.fixture
def camera() -> Camera:
    return Camera(SIZE, 900, 2.5, 0.15)


def scene(camera: Camera, *poses: Pose, posts: tuple = (), shooting: Shooting = Shooting()) -> RoadScene:  # noqa: B008
    """Vehicles that stand where they are told."""
    rng = np.random.default_rng(3)
    traffic = [(make_vehicle(green_plate(f"AB{i}"), rng, rear=False), lambda t, p=p: p) for i, p in enumerate(poses)]
    background = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    return RoadScene(background, camera, traffic, posts, shooting, rng, 2.0)


def green_box(light: np.ndarray) -> tuple[int, int, int, int]:
    mask = (light[..., 1] > 180) & (light[..., 0] < 80) & (light[..., 2] < 80)
    return cv2.boundingRect(mask.astype(np.uint8))


@pytest.mark.parametrize("pose", [Pose(-1.5, 8, 0.0), Pose(1.0, 6, 0.4), Pose(0.0, 12, -0.3)])
def test_the_quad_is_where_the_plate_is_drawn(camera: Camera, pose: Pose) -> None:
    one = scene(camera, pose)
    quad = one.quads(0.0)[0]
    x, y, w, h = green_box(one.light(0.0))
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    assert (x, y, x + w, y + h) == pytest.approx((x0, y0, x1, y1), abs=2.5)
    assert quad[0, 0] < quad[1, 0], "clockwise from its own top left"
    assert quad[0, 1] < quad[3, 1]


def test_shake_moves_the_truth_with_the_picture(camera: Camera) -> None:
    shaken = scene(camera, Pose(0, 7, 0), shooting=Shooting(shake_px=12))
    for t in (0.0, 0.3, 0.7):
        box = green_box(shaken.light(t))
        assert box[:2] == pytest.approx(shaken.quads(t)[0].min(axis=0), abs=3)


def test_a_plate_behind_another_vehicle_is_not_labelled(camera: Camera) -> None:
    assert set(scene(camera, Pose(0, 12, 0), Pose(0.2, 6, 0)).quads(0.0)) == {1}


def test_a_plate_behind_a_post_is_not_labelled(camera: Camera) -> None:
    free = scene(camera, Pose(0, 7, 0)).quads(0.0)[0]
    post = (float(free[:, 0].min()) + 5, 0.0, 40.0, 360.0)
    assert scene(camera, Pose(0, 7, 0), posts=(post,)).quads(0.0) == {}


def test_a_vehicle_that_has_passed_or_left_is_not_labelled(camera: Camera) -> None:
    assert scene(camera, Pose(0, 1.0, 0), Pose(30, 8, 0)).quads(0.0) == {}


def test_night_is_dark_and_plates_are_not(camera: Camera) -> None:
    night = scene(camera, Pose(0, 7, 0), shooting=Shooting(light=0.1, retro=0.9))
    light = night.light(0.0)
    assert np.median(light) < 20
    assert np.prod(green_box(light)[2:]) > 50


def test_what_moves_is_smeared_along_its_way(camera: Camera) -> None:
    moving = scene(camera, Pose(0, 7, 0))
    moving._traffic = [(moving._traffic[0][0], lambda t: Pose(20 * t, 7, 0))]
    sharp, smeared = exposed(moving, 0.0, 0.0), exposed(moving, 0.0, 0.02)
    assert smear_px(moving, 0.0, 0.02)[0] > 10
    assert np.ptp(sharp[..., 1]) > 100
    assert not np.array_equal(sharp, smeared)


def test_the_background_is_left_as_it_was(camera: Camera) -> None:
    background = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    rng = np.random.default_rng(0)
    vehicle = make_vehicle(green_plate(), rng, rear=True)
    RoadScene(background, camera, [(vehicle, lambda t: Pose(0, 7, 0))], (), Shooting(), rng, 1.0).light(0.0)
    assert (background == 120).all()
    assert (vehicle.plate.image == green_plate().image).all()


def test_a_still_keeps_its_label_while_the_camera_moves() -> None:
    still = np.full((200, 300, 3), 90, np.uint8)
    still[80:100, 100:160] = (0, 255, 0)
    background = np.full((SIZE[1], SIZE[0], 3), 60, np.uint8)
    one = StillScene(
        background, still, [(100, 80, 60, 20)], ["AB1"], (12, 40), Shooting(), np.random.default_rng(1), 2.0
    )
    heights = []
    for t in (0.0, 1.0, 1.9):
        quad = one.quads(t)[0]
        assert green_box(one.light(t))[:2] == pytest.approx(quad.min(axis=0), abs=3)
        heights.append(np.ptp(quad[:, 1]))
    assert heights == sorted(heights)
    assert heights[0] == pytest.approx(12, rel=0.1)


@pytest.mark.parametrize("name", list(MOTIONS))
def test_every_motion_shows_its_plate_at_some_time(name: str) -> None:
    motion = MOTIONS[name](np.random.default_rng(5), 0.0, 1.9)
    vehicle = make_vehicle(green_plate(), np.random.default_rng(5), rear=False)
    camera = Camera((1280, 720), 1800, 3.0, 0.2)
    seen = 0
    for t in np.arange(0, 6, 0.2):
        pose = motion(t)
        quad = vehicle.plate_quad(camera, pose)
        seen += pose.z_m > 2.2 and bool((quad > 0).all() and (quad < (1280, 720)).all())
    assert seen >= 3


@pytest.mark.parametrize("pair", PAIRS)
def test_pairs_never_share_a_place(pair) -> None:
    first, second = pair(np.random.default_rng(2), 0.0)
    for t in np.arange(0, 4, 0.1):
        a, b = first(t), second(t)
        assert np.hypot(a.x_m - b.x_m, a.z_m - b.z_m) > 1.5


def _material(folder: Path, stills: tuple[LabelledImage, ...] = ()) -> Material:
    return Material(lambda seed: lambda: green_plate(f"S{seed % 1000}"), (), stills)


def _frames(path: Path) -> list[np.ndarray]:
    capture = cv2.VideoCapture(str(path))
    frames = []
    while True:
        kept, image = capture.read()
        if not kept:
            capture.release()
            return frames
        frames.append(image)


def test_clips_and_their_truth_are_a_dataset(small: None, tmp_path: Path) -> None:
    made: list[Path] = []
    make_sets(tmp_path, ["easy"], "develop", 2, _material(tmp_path), seconds=0.6, on_clip=made.append)
    assert [path.name for path in made] == ["easy_000.mp4", "easy_001.mp4"]
    dataset = load_dataset(tmp_path / "develop" / "easy")
    assert [clip.set for clip in dataset.clips] == ["easy", "easy"]
    for clip in dataset.clips:
        assert len(_frames(clip.path)) == clip.frames
        assert all(clip.frames > frame for vehicle in clip.vehicles for frame in vehicle.boxes)


def test_the_same_seed_makes_the_same_clip(small: None, tmp_path: Path) -> None:
    first = make_sets(tmp_path / "a", ["shake"], "test", 1, _material(tmp_path), seconds=0.4)[0]
    second = make_sets(tmp_path / "b", ["shake"], "test", 1, _material(tmp_path), seconds=0.4)[0]
    truth = Path(f"{first}.truth.json"), Path(f"{second}.truth.json")
    assert truth[0].read_text() == truth[1].read_text()
    assert all(np.array_equal(a, b) for a, b in zip(_frames(first), _frames(second), strict=True))


def test_splits_differ(small: None, tmp_path: Path) -> None:
    paths = [make_sets(tmp_path, ["easy"], s, 1, _material(tmp_path), seconds=0.3)[0] for s in ("develop", "test")]
    first, second = (_frames(path)[0] for path in paths)
    assert not np.array_equal(first, second)
    names = [f"{number}.jpg" for number in range(300)]
    develop = {name for name in names if in_split(name, "develop")}
    assert {name for name in names if in_split(name, "test")} == set(names) - develop
    assert 60 < len(develop) < 140


def test_clips_that_are_there_are_kept(small: None, tmp_path: Path) -> None:
    path = make_sets(tmp_path, ["easy"], "develop", 1, _material(tmp_path), seconds=0.3)[0]
    before = path.stat().st_mtime_ns
    assert make_sets(tmp_path, ["easy"], "develop", 1, _material(tmp_path), seconds=0.3) == [path]
    assert path.stat().st_mtime_ns == before


def test_wrong_names_come_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        make_sets(tmp_path, ["rain", "stills"], "holdout", 1, _material(tmp_path))
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["set 'rain'", "split 'holdout'", "set 'stills'"]


def test_stills_are_filmed(small: None, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), make_image(320, 240))
    name = next(f"{i}.png" for i in range(99) if in_split(f"{i}.png", "develop"))
    still = LabelledImage(name, tmp_path / "a.png", (LabelledPlate("AB12", (150, 110, 60, 20), ""),), "mine")
    (path,) = make_sets(tmp_path, ["stills"], "develop", 1, _material(tmp_path, (still,)), seconds=0.4)
    (clip,) = load_dataset(path).clips
    assert [vehicle.text for vehicle in clip.vehicles] == ["AB12"]


@needs_ffmpeg
def test_dropped_frames_leave_gaps_in_time_and_none_in_the_truth(small: None, tmp_path: Path, camera: Camera) -> None:
    path = tmp_path / "gaps.mp4"
    clip = film(
        path,
        scene(camera, Pose(0, 7, 0)),
        Shooting(fps=10, dropped=0.5, noise=0),
        np.random.default_rng(1),
        2.0,
        "gaps",
    )
    assert 5 <= clip.frames < 18
    capture = cv2.VideoCapture(str(path))
    times = []
    while capture.grab():
        times.append(round(capture.get(cv2.CAP_PROP_POS_MSEC)))
    capture.release()
    assert len(times) == clip.frames
    assert all(time % 100 == 0 for time in times), "what follows a gap keeps its time"
    assert max(np.diff(times)) >= 200
    assert list(clip.vehicles[0].boxes) == list(range(clip.frames))


def test_a_plate_that_is_small_or_smeared_is_not_legible(small: None, tmp_path: Path) -> None:
    camera = Camera(SIZE, 900, 1.2, 0.1)
    rng = np.random.default_rng(1)
    near, far = Pose(0, 4, 0), Pose(3.2, 10, 0)
    clip = film(tmp_path / "a.mp4", scene(camera, near, far), Shooting(fps=10, noise=0), rng, 0.5, "a")
    assert {v.text: v.legible for v in clip.vehicles} == {"AB0": True, "AB1": False}
    moving = scene(camera, near)
    moving._traffic = [(moving._traffic[0][0], lambda t: Pose(8 * t - 0.5, 4, 0))]
    blurred = film(tmp_path / "b.mp4", moving, Shooting(fps=10, exposure_s=0.03, noise=0), rng, 0.3, "b")
    assert [v.legible for v in blurred.vehicles] == [False]


def test_without_ffmpeg_opencv_writes_and_drops_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with clip_writer(tmp_path / "a.mp4", (64, 48), 10, 23) as writer:
        for _ in range(4):
            writer.write(make_image())
    assert len(_frames(tmp_path / "a.mp4")) == 4
    with pytest.raises(SinkError, match="needs ffmpeg"), clip_writer(tmp_path / "b.mp4", (64, 48), 10, 23, [1]):
        pass


@needs_ffmpeg
def test_a_clip_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken.mp4").mkdir()

    def write() -> None:
        with clip_writer(tmp_path / "taken.mp4", (64, 48), 10, 23) as writer:
            for _ in range(2000):
                writer.write(make_image())

    with pytest.raises(SinkError, match=r"taken\.mp4: can't be written"):
        write()


@pytest.mark.parametrize("name", list(SETS))
def test_sets_draw_what_can_be_filmed(name: str) -> None:
    for seed in range(20):
        shooting = SETS[name].shooting(np.random.default_rng(seed))
        assert 4 <= shooting.fps <= 30
        assert 0 <= shooting.dropped < 0.5
        assert 0 < shooting.exposure_s < 1 / shooting.fps
        assert 10 < shooting.quality < 45


def test_three_of_each_set_have_traffic() -> None:
    rng = np.random.default_rng(0)
    for name, of in SETS.items():
        if not of.of_stills:
            made = road_scene(of, of.shooting(rng), green_plate, (), rng, 4.0)
            assert len(made.texts) >= 2, name


def test_light_that_never_changes_and_shake_that_never_moves() -> None:
    rng = np.random.default_rng(0)
    assert [LightSteps(rng, 0.0, 3.0).at(t) for t in (0.0, 1.5, 9.0)] == [1.0, 1.0, 1.0]
    assert (Shake(rng, 0.0).at(1.0) == 0).all()
    assert len({LightSteps(rng, 0.5, 9.0).at(float(t)) for t in range(9)}) > 1


def test_a_halo_at_the_edge_and_outside() -> None:
    canvas = np.zeros((20, 20, 3), np.float32)
    add_halo(canvas, np.array([0.0, 0.0]), 3.0, 100.0)
    assert canvas[0, 0, 0] == pytest.approx(100)
    before = canvas.copy()
    add_halo(canvas, np.array([500.0, 0.0]), 3.0, 100.0)
    assert np.array_equal(canvas, before)


def test_recording_leaves_the_light_as_it_was() -> None:
    light = np.full((8, 8, 3), 300.0, np.float32)
    sensor = Sensor((8, 8), replace(Shooting(), noise=5.0, defocus_px=1.0), np.random.default_rng(0))
    image = sensor.record(light)
    assert image.dtype == np.uint8
    assert (light == 300).all()


def test_noise_is_new_in_every_frame_and_as_strong_as_it_was_asked_for() -> None:
    light = np.full((90, 160, 3), 120.0, np.float32)
    sensor = Sensor((160, 90), replace(Shooting(), noise=10.0), np.random.default_rng(0))
    first, second = (sensor.record(light)[..., 0].astype(float) for _ in range(2))
    assert first.std() == pytest.approx(10, rel=0.1)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.05
    assert (Sensor((160, 90), replace(Shooting(), noise=0.0), np.random.default_rng(0)).record(light) == 120).all()


def test_a_pole_that_trembles_smears_some_frames_and_leaves_others_sharp(camera: Camera) -> None:
    trembling = scene(camera, Pose(0, 7, 0), shooting=Shooting(tremble_px=8))
    smears = [smear_px(trembling, t, 0.012)[0] for t in np.arange(0, 2, 0.04)]
    assert min(smears) < 1.5
    assert max(smears) > 4
    assert (Shake(np.random.default_rng(0), 0.0, 0.0)).still
    assert not Shake(np.random.default_rng(0), 0.0, 2.0).still


def test_contrast_is_that_of_ink_and_ground() -> None:
    plate = np.full((40, 160, 3), 200, np.uint8)
    plate[15:25, 40:120:8] = 50
    assert contrast_of(plate) == pytest.approx(150)
    assert contrast_of(np.full((40, 160, 3), 200, np.uint8)) == 0


@pytest.mark.parametrize(
    ("line_px", "blur_px", "contrast", "noise", "clear"),
    [
        (20, 2, 120, 0, 1.0),
        (20, 2, 120, 5, 1.0),
        (10, 0, 120, 5, 0.0),
        (20, 6, 120, 5, 0.0),
        (20, 2, 30, 1, 0.0),
        (20, 2, 80, 20, 1.0),
        (20, 2, 80, 40, 0.25),
    ],
)
def test_what_a_frame_tells_a_person(
    line_px: float, blur_px: float, contrast: float, noise: float, clear: float
) -> None:
    assert clarity(line_px, blur_px, contrast, noise) == pytest.approx(clear)


def test_backgrounds_fill_the_frame(tmp_path: Path, camera: Camera) -> None:
    assert road_background(SIZE, camera, np.random.default_rng(0)).shape == (360, 640, 3)
    for size in ((30, 400), (400, 30), (640, 360)):
        cv2.imwrite(str(tmp_path / "photo.png"), make_image(*size))
        assert photo_background(tmp_path / "photo.png", SIZE).shape == (360, 640, 3)
    (tmp_path / "photo.png").write_text("none")
    with pytest.raises(SourceFormatError):
        photo_background(tmp_path / "photo.png", SIZE)


def test_traffic_that_nobody_could_drive_is_not_plausible(camera: Camera) -> None:
    assert clips.plausible(scene(camera, Pose(-1.5, 7, 0), Pose(1.5, 7, 0)), 1.0, 0.0)
    assert not clips.plausible(scene(camera, Pose(0, 7, 0), Pose(0.5, 9, 0)), 1.0, 0.0), "one inside the other"


def test_a_plate_may_be_hidden_for_a_short_time_only(camera: Camera) -> None:
    passing = scene(camera, Pose(0, 7, 0), posts=((320.0, 0.0, 30.0, 360.0),))
    passing._traffic = [(passing._traffic[0][0], lambda t: Pose(2 * t - 1.5, 7, 0))]
    assert not clips.plausible(passing, 1.5, 0.0)
    assert clips.plausible(passing, 1.5, 1.0)


def test_a_set_made_anew_shares_no_clip_with_its_last_series(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truths = []
    for series in (0, 1):
        monkeypatch.setitem(SETS, "easy", replace(SETS["easy"], series=series))
        (path,) = make_sets(tmp_path / str(series), ["easy"], "develop", 1, _material(tmp_path), seconds=0.3)
        truths.append(path.with_name(f"{path.name}.truth.json").read_text())
    assert truths[0] != truths[1]


IN_PART, OUTSIDE, WHOLE = Pose(2.6, 7, 0), Pose(3.0, 7, 0), Pose(0, 7, 0)
"""Plates from x 612 to 676, from 661 to 726 and in the middle of a picture 640 px wide."""


def witnessed(one: RoadScene, frames: int = 5) -> dict[str, LabelledVehicle]:
    """Return what is labelled of a scene that was filmed at 10 fps."""
    witness = Witness(one, Shooting(fps=10, noise=0))
    for number in range(frames):
        witness.see(number / 10)
    return {vehicle.text: vehicle for vehicle in witness.vehicles()}


def test_a_vehicle_of_which_only_a_part_is_ever_seen_is_in_the_truth(camera: Camera) -> None:
    """It was in none: a reader that made its plate out all the same was charged with a false reading."""
    seen = witnessed(scene(camera, WHOLE, IN_PART, OUTSIDE))
    assert set(seen) == {"AB0", "AB1"}
    assert seen["AB1"] == LabelledVehicle("AB1", 0, 4, False, None, {})
    assert list(seen["AB0"].boxes) == [0, 1, 2, 3, 4]
    assert seen["AB0"].legible


def test_a_vehicle_behind_a_post_all_the_time_is_in_the_truth_and_not_legible(camera: Camera) -> None:
    (seen,) = witnessed(scene(camera, WHOLE, posts=((310.0, 0.0, 30.0, 360.0),))).values()
    assert (seen.text, seen.legible, seen.boxes) == ("AB0", False, {})


def test_a_vehicle_that_comes_in_is_labelled_from_where_it_is_whole(camera: Camera) -> None:
    """At -2.6, -2.2, -1.8 m and so on: in part in the first frame, whole from the second."""
    coming = scene(camera, WHOLE)
    coming._traffic = [(coming._traffic[0][0], lambda t: Pose(4 * t - 2.6, 7, 0))]
    (seen,) = witnessed(coming).values()
    assert (seen.first, seen.last, list(seen.boxes)) == (1, 4, [1, 2, 3, 4])
    assert coming.in_part(0.0) == {0}
    assert coming.quads(0.0) == {}


def test_what_is_nowhere_in_the_picture_is_not_in_the_truth(camera: Camera) -> None:
    assert witnessed(scene(camera, OUTSIDE, Pose(30, 8, 0), Pose(0, 1.0, 0))) == {}
    assert witnessed(scene(camera)) == {}


def test_a_still_that_the_camera_shows_a_part_of_is_in_the_truth() -> None:
    background, still = np.full((SIZE[1], SIZE[0], 3), 60, np.uint8), np.full((200, 300, 3), 90, np.uint8)
    rng = np.random.default_rng(1)
    one = StillScene(background, still, [(100, 80, 60, 20)], ["AB1"], (300, 300), Shooting(), rng, 1.0)
    assert one.quads(0.0) == {}
    assert one.in_part(0.0) == {0}


def test_the_truth_of_a_vehicle_without_boxes_comes_back(tmp_path: Path, camera: Camera) -> None:
    """Its least and greatest height are those of no box at all."""
    path = tmp_path / "part.mp4"
    path.write_bytes(b"")
    clip = LabelledClip(path, 10.0, 5, tuple(witnessed(scene(camera, WHOLE, IN_PART)).values()), "part")
    assert read_truth(path, write_truth(clip), "part") == clip


BESIDE: Box = (600.0, 250.0, 40.0, 14.0)


def said_of_a_part(camera: Camera, *texts: str, box: Box = BESIDE) -> ClipScore:
    """Score readings of a clip in which one vehicle is whole, and `AB1` is seen in part."""
    vehicles = tuple(witnessed(scene(camera, WHOLE, IN_PART)).values())
    readings = [reading_at("AB0", vehicles[0].boxes[2], 2), *(reading_at(text, box, 3) for text in texts)]
    return score_clip(LabelledClip(Path("gate.mp4"), 10.0, 5, vehicles, "mine"), run_of(readings))


def test_the_text_of_a_vehicle_seen_in_part_is_no_false_reading_and_no_vehicle_that_counts(camera: Camera) -> None:
    result = said_of_a_part(camera, "AB1")
    assert [score.vehicle.text for score in result.vehicles] == ["AB0"]
    assert result.vehicles[0].exact
    assert (result.false_readings, result.stray_readings) == (0, 0)
    assert said_of_a_part(camera).false_readings == 0, "nobody has to read it"


@pytest.mark.parametrize("text", ["AB7", "B1", "SHOP"])
def test_any_other_text_of_a_vehicle_seen_in_part_is_a_false_reading(camera: Camera, text: str) -> None:
    result = said_of_a_part(camera, text)
    assert [said.text for said in result.phantoms] == [text]
    assert (result.false_readings, result.stray_readings) == (1, 1)


def test_the_text_of_a_vehicle_seen_in_part_is_misread_where_another_one_is(camera: Camera) -> None:
    whole = witnessed(scene(camera, WHOLE))["AB0"].boxes[2]
    result = said_of_a_part(camera, "AB1", box=whole)
    assert [said.text for said in result.misread] == ["AB1"]
