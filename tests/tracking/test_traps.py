"""Scenes that confuse trackers: one vehicle, one track, and no mixing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from streamer.config import TrackingConfig
from streamer.datatypes import Detection, TrackState, TrackView
from streamer.tracking.tracker import Tracker
from tests.factories import make_detection

FRAME_WH = (1280, 720)
Path = Callable[[float], dict[str, float] | None]


class Scene:
    """Vehicles by their text, each a path from time to the fields of its detection, or None where it is hidden."""

    def __init__(self, fps: float, **vehicles: Path) -> None:
        self.tracker = Tracker(TrackingConfig())
        self.vehicles = vehicles
        self.fps = fps
        self.tracks: dict[str, list[int]] = {text: [] for text in vehicles}
        self.asked = 0
        self._text_of_track: dict[int, str] = {}

    def run(self, seconds: float, drop: Sequence[int] = (), reads: bool = True, seed: int = 0) -> dict[str, list[int]]:
        """Play the scene and return each vehicle's track ids in the order in which they came up."""
        rng = np.random.default_rng(seed)
        for frame in range(round(seconds * self.fps)):
            if frame not in drop:
                self._frame(frame / self.fps, reads, rng)
        return self.tracks

    def _frame(self, time_s: float, reads: bool, rng: np.random.Generator) -> None:
        texts: dict[int, str] = {}
        detections: list[Detection] = []
        for text, path in self.vehicles.items():
            place = path(time_s)
            if place is not None:
                noisy = place | {"x": place["x"] + rng.normal(0, 0.5), "y": place["y"] + rng.normal(0, 0.5)}
                detections.append(make_detection(**noisy))
                texts[id(detections[-1])] = text
        rng.shuffle(detections)

        def text_of(detection: Detection) -> str:
            self.asked += 1
            return texts[id(detection)]

        known = self._text_of_track
        for view in self.tracker.update(detections, time_s, FRAME_WH, text_of if reads else None, known):
            if view.detection is not None:
                text = texts[id(view.detection)]
                known.setdefault(view.track_id, text)
                ids = self.tracks[text]
                if not ids or ids[-1] != view.track_id:
                    ids.append(view.track_id)


def one_each(tracks: dict[str, list[int]]) -> bool:
    """Whether every vehicle had one track, and no two the same."""
    return all(len(ids) == 1 for ids in tracks.values()) and len({ids[0] for ids in tracks.values()}) == len(tracks)


@pytest.mark.parametrize("fps", [3, 5, 10, 25, 60])
def test_a_car_that_comes_nearer_at_any_frame_rate(fps):
    scene = Scene(fps, AAA111=lambda t: {"x": 300 + 120 * t, "y": 200 + 60 * t, "w": 50 * 1.5**t, "h": 13 * 1.5**t})
    assert one_each(scene.run(4, reads=False))


@pytest.mark.parametrize("fps", [5, 30])
def test_dropped_frames(fps):
    scene = Scene(fps, AAA111=lambda t: {"x": 100 + 350 * t, "y": 300})
    assert one_each(scene.run(3, drop=[round(fps * s) for s in (0.4, 0.6, 0.8, 1.0, 1.2)], reads=False))


def test_a_third_of_the_frame_between_two_frames_is_followed_by_its_text():
    scene = Scene(4, AAA111=lambda t: {"x": 60 + 1600 * t, "y": 300} if t < 0.8 else None)
    assert one_each(scene.run(1))


def test_a_fast_lone_plate_is_followed_without_text():
    scene = Scene(4, AAA111=lambda t: {"x": 60 + 1600 * t, "y": 300} if t < 0.8 else None)
    assert one_each(scene.run(1, reads=False))


def test_another_vehicle_a_third_of_the_frame_away_is_another_vehicle():
    """One leaves as the next comes in: only the text knows that it is not a jump."""
    scene = Scene(
        4,
        AAA111=lambda t: {"x": 600, "y": 300} if t < 0.5 else None,
        BBB222=lambda t: {"x": 950, "y": 310} if t >= 0.5 else None,
    )
    assert one_each(scene.run(1.5))


@pytest.mark.parametrize("fps", [5, 15, 30])
def test_two_vehicles_cross(fps):
    scene = Scene(
        fps,
        AAA111=lambda t: {"x": 200 + 200 * t, "y": 300},
        BBB222=lambda t: {"x": 1000 - 200 * t, "y": 312},
    )
    assert one_each(scene.run(4))


def test_two_vehicles_meet_and_both_turn_back():
    """Motion says that they passed each other; only the text knows better."""
    scene = Scene(
        10,
        AAA111=lambda t: {"x": 600 - 150 * abs(t - 2), "y": 300},
        BBB222=lambda t: {"x": 610 + 150 * abs(t - 2), "y": 303},
    )
    assert one_each(scene.run(4))
    assert scene.asked > 0


def test_two_vehicles_cross_while_one_hides_the_other():
    scene = Scene(
        15,
        AAA111=lambda t: {"x": 200 + 200 * t, "y": 300},
        BBB222=lambda t: None if 1.7 < t < 2.3 else {"x": 1000 - 200 * t, "y": 305},
    )
    assert one_each(scene.run(4))


def test_two_vehicles_follow_closely():
    scene = Scene(
        10,
        AAA111=lambda t: {"x": 300 + 250 * t, "y": 300},
        BBB222=lambda t: {"x": 185 + 250 * t, "y": 300},
    )
    assert one_each(scene.run(3))


def test_far_apart_vehicles_cost_no_reads():
    scene = Scene(10, AAA111=lambda t: {"x": 200 + 50 * t, "y": 200}, BBB222=lambda t: {"x": 900 - 50 * t, "y": 600})
    assert one_each(scene.run(3))
    assert scene.asked == 0


def test_stop_and_go():
    def place(t: float) -> dict[str, float]:
        moving = min(t, 1) + max(0, min(t - 3, 1)) + max(0, t - 6)
        return {"x": 200 + 220 * moving, "y": 300}

    assert one_each(Scene(15, AAA111=place).run(8, reads=False))


def test_behind_a_tree_for_half_a_second():
    scene = Scene(25, AAA111=lambda t: None if 1 < t < 1.5 else {"x": 100 + 300 * t, "y": 300})
    assert one_each(scene.run(3, reads=False))


@pytest.mark.parametrize("reads", [True, False])
def test_a_camera_that_shakes(reads):
    rng = np.random.default_rng(3)
    offset = {frame: rng.normal(0, 6, 2) for frame in range(200)}

    def shaken(x: float, y: float) -> Path:
        return lambda t: {"x": x + offset[round(t * 25)][0] + 40 * t, "y": y + offset[round(t * 25)][1]}

    scene = Scene(25, AAA111=shaken(300, 300), BBB222=shaken(700, 400))
    assert one_each(scene.run(4, reads=reads))


def test_a_camera_that_is_bumped():
    """Everything is 60 px elsewhere from one frame to the next, two plate heights: one track each all the same."""

    def bumped(x: float, y: float) -> Path:
        return lambda t: {"x": x + (60 if t >= 1 else 0), "y": y + (45 if t >= 1 else 0)}

    scene = Scene(25, AAA111=bumped(300, 300), BBB222=bumped(800, 500))
    assert one_each(scene.run(2, reads=False))


def test_a_cut_to_another_scene_starts_another_vehicle_at_the_same_place():
    tracker = Tracker(TrackingConfig(min_hits=1))
    tracker.update([make_detection(600, 300)], 0.0, FRAME_WH)
    views = tracker.update([make_detection(602, 300)], 0.04, FRAME_WH, cut=True)
    assert [v.track_id for v in views if v.detection is not None] == [2]


def test_a_camera_that_was_turned_keeps_the_vehicle_whose_text_it_knows():
    tracker = Tracker(TrackingConfig(min_hits=1))
    tracker.update([make_detection(100, 600)], 0.0, FRAME_WH)
    views = tracker.update([make_detection(1100, 100)], 0.04, FRAME_WH, lambda _: "AAA111", {1: "AAA111"}, cut=True)
    assert [v.track_id for v in views if v.detection is not None] == [1]


def test_a_flicker_at_one_edge_is_not_the_plate_at_the_other():
    """Seen once and not since: half a second later its speed could be anything, but not two thirds of a frame.

    On a real toll lane the two became one track that shot out of the picture.
    """
    tracker = Tracker(TrackingConfig())
    tracker.update([make_detection(40, 420, w=44, h=19)], 0.0, FRAME_WH)
    for time_s in (0.1, 0.2, 0.3):
        tracker.update([], time_s, FRAME_WH)
    views = tracker.update([make_detection(886, 339, w=46, h=12)], 0.54, FRAME_WH)
    assert [v.track_id for v in views if v.detection is not None] == [2]


@pytest.mark.parametrize("lost", [[], [8], [9], [9, 11], [8, 10]])
def test_a_vehicle_that_crosses_in_five_frames_is_one_while_frames_are_lost(lost):
    """At 6 frames a second it goes a fifth of the frame's width in each: two fifths where one of them is lost.

    The longest jump was a share of the width, whatever time had passed, and three clear reads of a plate became three
    vehicles that were seen too briefly.
    """
    tracker, seen = Tracker(TrackingConfig()), []
    for frame in range(13):
        if frame in lost:
            continue
        found = [make_detection(40 + 250 * (frame - 7), 400, w=78, h=31)] if 7 <= frame < 12 else []
        for view in tracker.update(found, frame / 6, FRAME_WH):
            if view.detection is not None:
                seen.append(view.track_id)
    assert set(seen) == {1}


@pytest.mark.parametrize(("gap_s", "tracks"), [(0.3, {1}), (1.5, {1, 2})])
def test_a_plate_far_off_after_a_short_gap_is_the_one_before_and_after_a_long_one_another(gap_s, tracks):
    """Three frames lost are a radio link; a second and a half is time enough for another vehicle."""
    tracker, seen = Tracker(TrackingConfig()), set()
    for time_s, x in [(0.0, None), (0.1, None), (0.2, None), (0.3, 40), (0.3 + gap_s, 640), (0.4 + gap_s, 840)]:
        found = [] if x is None else [make_detection(x, 400, w=78, h=31)]
        seen |= {view.track_id for view in tracker.update(found, time_s, FRAME_WH) if view.detection is not None}
    assert seen == tracks


@pytest.mark.parametrize("seed", range(4))
def test_frames_at_no_rate_at_all(seed):
    """Between two frames lie 16 to 330 ms, 60 to 3 frames a second: a stream from a bad radio link."""
    rng = np.random.default_rng(seed)
    frames = set(np.cumsum(rng.integers(1, 21, 60)).tolist())
    scene = Scene(
        60,
        AAA111=lambda t: {"x": 150 + 240 * t, "y": 250},
        BBB222=lambda t: {"x": 1100 - 200 * t, "y": 420 + 20 * t, "w": 70 * 1.2**t, "h": 18 * 1.2**t},
    )
    assert one_each(scene.run(4, drop=[n for n in range(240) if n not in frames], reads=False))


def test_timestamps_that_stand_still_or_run_backwards():
    tracker = Tracker(TrackingConfig(min_hits=1))
    for time_s in (5.0, 5.0, 4.9, 5.1):
        (view,) = tracker.update([make_detection(600, 300)], time_s, FRAME_WH)
    assert view.hits == 4


def test_a_plate_whose_detections_wander_is_one_vehicle():
    """Real detector, plates 16 px tall, 25 fps: the place is off by half a plate height, the height by a quarter.

    Two tracks used to take turns on one vehicle, each coasting while the other was hit.
    """
    rng = np.random.default_rng(0)
    tracker, ids = Tracker(TrackingConfig()), set()
    for frame in range(150):
        h = 16 * np.exp(rng.normal(0, 0.2))
        x, y = 990 - 2.5 * frame + rng.normal(0, 6), 70 + 4 * frame + rng.normal(0, 4)
        found = [make_detection(x, y, 55, h, rng.uniform(0.42, 0.65))] if rng.random() < 0.85 else []
        ids |= {v.track_id for v in tracker.update(found, frame / 25, FRAME_WH) if v.hits >= 5}
    assert len(ids) == 1


def test_two_tracks_of_one_vehicle_become_one():
    """The second track was born beside the first, was never seen together with it, and then covers it."""
    tracker = Tracker(TrackingConfig(min_hits=1, coast_s=5, jump=0.0))
    for frame in range(5):
        tracker.update([make_detection(300, 300)], frame / 25, FRAME_WH)
    for step in range(12):
        views = tracker.update([make_detection(430 - 12 * step, 300)], (5 + step) / 25, FRAME_WH)
        if any(view.merged_into == 1 for view in views):
            break
    assert [view.track_id for view in views if view.merged_into is None] == [1]
    (view,) = tracker.update([make_detection(300, 300)], 1.0, FRAME_WH)
    assert view.track_id == 1


def test_vehicles_that_were_seen_together_are_never_merged():
    scene = Scene(
        25,
        AAA111=lambda t: {"x": 300 + 200 * t, "y": 300} if t < 1 or t > 1.4 else None,
        BBB222=lambda t: {"x": 420 + 100 * t, "y": 302},
    )
    assert one_each(scene.run(2.5, reads=False))


def ids(views: Sequence[TrackView]) -> list[int]:
    """Return the tracks that were detected in this frame."""
    return [view.track_id for view in views if view.detection is not None]


def test_one_leaves_at_the_bottom_as_the_next_comes_in_at_the_top():
    """Made blur clips at 15 fps: one detection of each became a track that shot out of the picture.

    The second vehicle then went on under another track. Now the two are a guess, which nothing bears out.
    """
    tracker = Tracker(TrackingConfig())
    assert ids(tracker.update([make_detection(683, 352, w=60, h=30)], 0.0, FRAME_WH)) == [1]
    (guess,) = tracker.update([make_detection(611, 56, w=41, h=23)], 0.133, FRAME_WH)
    assert guess.state is TrackState.TENTATIVE, "two detections far apart confirm nothing"
    views = tracker.update([make_detection(613, 70, w=45, h=22)], 0.267, FRAME_WH)
    assert [(view.track_id, view.state) for view in views if view.detection is not None] == [(2, TrackState.CONFIRMED)]
    assert [view.state for view in views if view.track_id == 1] == [TrackState.DELETED]


def test_a_guess_that_is_borne_out_is_one_vehicle():
    tracker = Tracker(TrackingConfig())
    seen = [ids(tracker.update([make_detection(100 + 300 * n, 300)], 0.2 * n, FRAME_WH)) for n in range(3)]
    assert seen == [[1], [1], [1]]


def gone_for_a_while():
    """Return a tracker whose vehicle, seen four times at 5 fps, is gone for 0.8 s; it is expected at (267, 94)."""
    tracker = Tracker(TrackingConfig())
    for n in range(4):
        tracker.update([make_detection(225 + 6 * n, 150 - 8 * n, w=30, h=13)], 0.2 * n, FRAME_WH)
    for n in (4, 5, 6):
        tracker.update([], 0.2 * n, FRAME_WH)
    return tracker


@pytest.mark.parametrize(("texts", "track"), [({1: "M0951Y23F"}, 2), ({}, 1)])
def test_a_track_out_of_sight_does_not_take_a_vehicle_with_another_text(texts, track):
    """A made clip at 5 fps: gone for 0.8 s, and the next vehicle came in nearby; only the text tells who it is."""
    views = gone_for_a_while().update([make_detection(318, 96, w=34, h=14)], 1.4, FRAME_WH, lambda _: "ROWAE2", texts)
    assert ids(views) == [track]


def test_a_track_out_of_sight_does_not_take_a_vehicle_at_the_other_side():
    """The same clip: the next vehicle came in seven plate widths away, where no vehicle that was followed goes."""
    views = gone_for_a_while().update([make_detection(91, 315, w=40, h=14)], 1.4, FRAME_WH, lambda _: "", {})
    assert ids(views) == [2]


def test_a_false_detection_before_a_fast_vehicle_does_not_send_its_track_the_wrong_way():
    """A made blur clip at 12 fps: two false ones, then a plate that runs to the left, first expected at the right."""
    tracker = Tracker(TrackingConfig())
    false = [(644, 293, 69, 29), (538, 294, 73, 30)]
    true = [(586, 349, 96, 30), (477, 350, 127, 31), (378, 350, 123, 31), (268, 346, 126, 32)]
    seen = [ids(tracker.update([make_detection(*place)], n / 12, FRAME_WH)) for n, place in enumerate(false + true)]
    assert len({track for tracks in seen[2:] for track in tracks}) == 1


def test_a_false_detection_behind_a_vehicle_seen_three_times_does_not_turn_it_round():
    """A made clip at 20 fps: a van hid the car for a frame, and its edge looked like a plate, half a width behind."""
    tracker = Tracker(TrackingConfig())
    car = {n: (773 - 60.5 * n, 493, 80, 43) for n in (0, 2, 4, 10, 12)}
    seen = {}
    for n in range(13):
        place = (581, 471, 81, 27) if n == 6 else car.get(n)
        views = tracker.update([make_detection(*place)] if place else None if n % 2 else [], n / 20, FRAME_WH)
        seen[n] = [view.track_id for view in views if view.detection is not None]
    assert seen[4] == seen[10] == seen[12] == [1]


def test_a_parked_vehicle_that_is_hidden_bit_by_bit_does_not_drive_off():
    """A made clip: a lorry hid the left of a parked car's plate first, and the rest seemed to leave over the edge."""
    tracker, frame_wh = Tracker(TrackingConfig()), (960, 540)
    for n in range(15):
        tracker.update([make_detection(895, 180, w=67, h=18)], n / 10, frame_wh)
    tracker.update([make_detection(911, 181, w=47, h=17)], 1.5, frame_wh)
    for n in range(16, 23):
        tracker.update([], n / 10, frame_wh)
    assert ids(tracker.update([make_detection(895, 178, w=67, h=12)], 2.3, frame_wh)) == [1]


def test_what_stands_by_the_road_is_no_vehicle_that_comes_seven_widths_away():
    """A sticker that was seen 44 times, then not for half a second, took the first detection of a car twice as tall."""
    tracker = Tracker(TrackingConfig())
    for n in range(44):
        tracker.update([make_detection(26, 28, w=23, h=11)], n / 16, FRAME_WH)
    for n in range(44, 52):
        tracker.update([], n / 16, FRAME_WH)
    assert ids(tracker.update([make_detection(52, 180, w=43, h=22)], 52 / 16, FRAME_WH)) == [2]


def test_a_plate_of_another_size_is_another_plate():
    """A false detection 125 px wide drifted unseen for half a second; the plate that came in is a third of that."""
    tracker = Tracker(TrackingConfig())
    for n in range(6):
        tracker.update([make_detection(190 + 6 * n, 100, w=126, h=62)], n / 15, FRAME_WH)
    for n in range(6, 12):
        tracker.update([], n / 15, FRAME_WH)
    assert ids(tracker.update([make_detection(120, 250, w=46, h=23)], 12 / 15, FRAME_WH)) == [2]


@pytest.mark.parametrize(("read", "track"), [("", 2), ("EM7F4R", 1)])
def test_a_track_seen_twice_waits_for_no_more_than_its_text_when_it_has_long_been_gone(read, track):
    """Two false detections made a track that shot across the picture, unseen for 0.8 s, and took a plate there."""
    tracker, texts = Tracker(TrackingConfig()), {1: "EM7F4R"}
    for n, x in enumerate((200, 230)):
        tracker.update([make_detection(x, 265, w=50, h=22)], 0.27 * n, FRAME_WH)
    for n in range(1, 11):
        tracker.update([], 0.27 + 0.08 * n, FRAME_WH)
    views = tracker.update([make_detection(430, 300, w=50, h=22)], 1.15, FRAME_WH, lambda _: read, texts)
    assert ids(views) == [track]


@pytest.mark.parametrize(("read", "track"), [("", 2), ("8U9051", 2), ("036MUD", 1), ("036", 1), ("MUD", 1)])
def test_a_vehicle_that_was_followed_and_read_is_not_found_elsewhere_without_its_text(read, track):
    """A made clip at 7 fps: hidden by the next vehicle for 0.6 s, whose plate, too blurred for a clear text, it became.

    It was expected six of its widths away; whatever lies so far off must show that it is the same plate, or a part.
    """
    tracker, texts, frame_wh = Tracker(TrackingConfig()), {1: "036MUD"}, (640, 360)
    way = [(91, 302, 82, 26, 2.43), (112, 270, 74, 23, 2.57), (126, 239, 71, 21, 2.71), (138, 213, 67, 21, 2.86)]
    way += [(149, 194, 61, 18, 3.0), (157, 176, 60, 18, 3.14), (188, 130, 45, 16, 3.57)]
    for x, y, w, h, time_s in way:
        tracker.update([make_detection(x + w / 2, y + h / 2, w=w, h=h)], time_s, frame_wh)
    tracker.update([], 3.86, frame_wh)
    views = tracker.update([make_detection(104, 236, w=62, h=23)], 4.14, frame_wh, lambda _: read, texts)
    assert ids(views) == [track]


def test_a_flicker_elsewhere_does_not_take_a_followed_vehicle():
    """To a track that was seen once everything is near by the filter's own measure: its speed could be any.

    Numbers of a made clip at 6 fps; the plate there grew smaller than its track expected.
    """
    tracker, frame_wh = Tracker(TrackingConfig()), (960, 540)
    tracker.update([make_detection(399.7, 417, w=86, h=25)], 0.0, frame_wh)
    tracker.update([make_detection(749.5, 466.5, w=79, h=35)], 0.333, frame_wh)
    tracker.update([make_detection(713, 394.5, w=72, h=33)], 0.5, frame_wh)
    assert ids(tracker.update([make_detection(685, 349, w=66, h=25)], 0.667, frame_wh)) == [2]


@pytest.mark.parametrize(("score", "taken"), [(0.41, False), (0.9, True)])
def test_a_weak_detection_far_from_where_the_vehicle_is_expected_is_not_the_vehicle(score, taken):
    """A made clip: behind a post, the track went after something on the post that was hardly a plate, and was lost.

    A strong one, as far off, may be: its text can be asked for.
    """
    tracker = Tracker(TrackingConfig())
    for n in range(6):
        tracker.update([make_detection(200 + 5 * n, 100 + 4 * n, w=35, h=12)], 0.08 * n, FRAME_WH)
    odd = make_detection(308, 118, w=35, h=12, score=score)
    views = tracker.update([odd], 0.8, FRAME_WH, lambda _: "", {})
    assert [view.track_id for view in views if view.detection is odd] == ([1] if taken else [])


def test_a_weak_detection_beside_a_plate_does_not_take_it_when_it_is_not_found_for_a_moment():
    """A made clip: bars of the grille, 33 px above a plate 9 px high, were hardly a plate, and carried its track off.

    The track went on upwards from there, and the plate, found again, was another one's.
    """
    tracker = Tracker(TrackingConfig())
    for n in range(20):
        tracker.update([make_detection(435, 338, w=28, h=9)], 0.095 * n, FRAME_WH)
    tracker.update([], 1.9, FRAME_WH)
    tracker.update([], 2.0, FRAME_WH)
    (view,) = tracker.update([make_detection(438, 306, w=27, h=10, score=0.42)], 2.19, FRAME_WH)
    assert view.detection is None
    (view,) = tracker.update([make_detection(434, 337, w=28, h=9, score=0.42)], 2.28, FRAME_WH)
    assert (view.track_id, view.hits) == (1, 21)


def test_a_vehicle_known_by_a_part_of_its_plate_is_found_by_the_whole():
    """Two come out from behind a post; the one that was read as `3U22` there is `BHA3U22`, not the other one."""
    tracker = Tracker(TrackingConfig())
    texts: dict[int, str] = {}
    for frame in range(3):
        tracker.update([make_detection(100 + 10 * frame, 300)], frame / 10, FRAME_WH)
    known = {1: "3U22"}
    other, same = make_detection(420, 260), make_detection(430, 330)
    texts = {id(other): "RK300AS", id(same): "BHA3U22"}
    views = tracker.update([other, same], 0.3, FRAME_WH, lambda found: texts[id(found)], known)
    assert {view.track_id: texts[id(view.detection)] for view in views}[1] == "BHA3U22"


@pytest.mark.parametrize("apart_px", [70, 100, 200])
@pytest.mark.parametrize("seed", range(3))
def test_a_camera_that_shakes_by_more_than_the_plates_are_apart(seed, apart_px):
    """Three parked side by side, 10 fps, 30 px at random: each plate was taken for its neighbour, or for a new one.

    One plate says nothing about the camera; three that are all off by the same do.
    """
    shake = np.random.default_rng(seed).normal(0, 30, (80, 2))

    def parked(x: float) -> Path:
        def place(t: float) -> dict[str, float]:
            off_x, off_y = shake[round(10 * t)]
            return {"x": x + off_x, "y": 300 + off_y, "w": 60, "h": 15}

        return place

    scene = Scene(10, AAA111=parked(400), BBB222=parked(400 + apart_px), CCC333=parked(400 + 2 * apart_px))
    assert one_each(scene.run(8, reads=False, seed=seed))


@pytest.mark.parametrize(("dx", "dy"), [(150, 0), (120, 60), (0, 60), (0, 150)])
def test_two_fast_plates_side_by_side_are_followed_without_text(dx, dy):
    """A tenth of the picture from frame to frame, seen for nine frames: every one of them was a vehicle of its own."""
    scene = Scene(
        30,
        AAA111=lambda t: {"x": 30 + 3840 * t, "y": 300},
        BBB222=lambda t: {"x": 30 + dx + 3840 * t, "y": 300 + dy} if 30 + dx + 3840 * t < 1280 else None,
    )
    assert one_each(scene.run(0.3, reads=False))


@pytest.mark.parametrize("speed", [50, 200, 400])
def test_two_vehicles_that_drive_apart_are_not_taken_for_a_camera_that_moves(speed):
    tracker = Tracker(TrackingConfig())
    for frame in range(26):
        gone = speed * frame / 25
        views = tracker.update([make_detection(600 - gone, 300), make_detection(700 + gone, 300)], frame / 25, FRAME_WH)
    assert ids(views) == [1, 2]
    assert [view.velocity_px_s[0] for view in views] == pytest.approx([-speed, speed], rel=0.02)
    assert [view.quad[:, 0].mean() for view in views] == pytest.approx([600 - speed, 700 + speed], abs=1)


def test_a_camera_that_is_moved_while_nobody_looks():
    """A patrol's camera: three parked cars, and half a second later all of them 300 px farther to the right."""
    tracker, places = Tracker(TrackingConfig()), (200, 420, 700)
    for frame in range(5):
        tracker.update([make_detection(x, 300) for x in places], frame / 10, FRAME_WH)
    views = tracker.update([make_detection(x + 300, 320) for x in places], 0.9, FRAME_WH)
    assert ids(views) == [1, 2, 3]
    assert [view.quad[:, 0].mean() for view in views] == pytest.approx([500, 720, 1000], abs=5)


def test_one_plate_that_moves_beside_one_that_stands_moves_alone():
    scene = Scene(10, AAA111=lambda _: {"x": 300, "y": 300}, BBB222=lambda t: {"x": 500 + 150 * t, "y": 300})
    assert one_each(scene.run(3, reads=False))
    views = scene.tracker.update([make_detection(300, 300), make_detection(950, 300)], 3.0, FRAME_WH)
    assert sorted(abs(view.velocity_px_s[0]) for view in views) == pytest.approx([0, 150], abs=15)


def feed(tracker: Tracker, seen: Mapping[int, tuple[float, ...]], frames: range, fps: float) -> None:
    """Show a tracker frames with at most one detection each: its box by the upper left corner, px, and its score."""
    for n in frames:
        x, y, w, h, score = seen.get(n, (0, 0, 0, 0, 0))
        found = [make_detection(x + w / 2, y + h / 2, w=w, h=h, score=score)] if n in seen else []
        tracker.update(found, n / fps, FRAME_WH)


@pytest.mark.parametrize(("read", "track"), [("0320367", 1), ("", 2), ("5M9021", 2)])
def test_a_false_detection_does_not_take_the_plate_of_a_vehicle_whose_text_is_known(read, track):
    """A made clip: hidden for 0.7 s, a vehicle came out where a false detection was seen once in the meantime.

    Nothing was known of what the false one would read, which counted as much as that the vehicle's text agreed.
    """
    tracker = Tracker(TrackingConfig())
    boxes = [(348, 29, 40, 16), (350, 34, 37, 17), (346, 41, 35, 19), (342, 49, 34, 17), (339, 54, 36, 19)]
    boxes += [(337, 63, 34, 20), (337, 71, 32, 20)]
    way = {4 + n: (*box, 0.55) for n, box in enumerate(boxes)}
    way[15] = (216, 215, 80, 32, 0.56)
    feed(tracker, way, range(21), 15)
    out = make_detection(282, 231.5, w=50, h=27, score=0.77)
    assert ids(tracker.update([out], 1.4, FRAME_WH, lambda _: read, {1: "0320367"}))[0] == track


def test_railings_that_read_nothing_do_not_take_a_plate_with_two_characters_misread():
    """A made clip: a vehicle drove past railings that were followed, too, and was read as `PMT8699` for once."""
    tracker, texts = Tracker(TrackingConfig()), {2: "FMT8698"}
    for n in range(20):
        plate = make_detection(324 + 12 * n, 160 + 7.65 * n, w=98, h=34)
        railings = [make_detection(495, 323.5, w=214, h=43)] if n < 15 else []
        tracker.update([*railings, plate], n / 15, FRAME_WH)
    views = tracker.update([make_detection(571.5, 313.5, w=111, h=41)], 20 / 15, FRAME_WH, lambda _: "PMT8699", texts)
    assert ids(views) == [2]


def test_what_was_long_hidden_is_taken_up_near_where_it_is_expected():
    """A made clip at 11 fps, heavily blurred: seen three times, a plate was found again after 0.7 s, a bit lower."""
    tracker = Tracker(TrackingConfig())
    way = {11: (372, 31, 30, 12, 0.52), 12: (371, 31, 34, 13, 0.62), 14: (375, 39, 28, 10, 0.41)}
    feed(tracker, way, range(22), 11)
    assert ids(tracker.update([make_detection(403, 84, w=44, h=18, score=0.55)], 2.0, FRAME_WH)) == [1]


def test_a_plate_smeared_to_twice_its_height_is_the_same_plate():
    """A made clip: motion blur across a plate 10 px high made 17 of them, just where it was."""
    tracker = Tracker(TrackingConfig())
    feed(tracker, dict.fromkeys(range(12), (377, 9, 40, 10, 0.7)), range(12), 14)
    assert ids(tracker.update([make_detection(401.5, 24.5, w=35, h=17, score=0.7)], 12 / 14, FRAME_WH)) == [1]
