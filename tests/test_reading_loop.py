"""One vehicle, one correct reading: whole stories, from detections and reads to events."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from streamer.config import Config, DuplicatesConfig, TrackingConfig, VotingConfig
from streamer.datatypes import Frame, PlateRead, Reading
from streamer.places import models_dir
from streamer.reading_loop import Knowledge, ReadingLoop
from streamer.stats import RunStats
from streamer.voting.calibration import identity, load_calibration
from streamer.voting.sighting import Sighting
from tests.driving import ALL_FORMATS, Road, Vehicle, parked, passing, scenery
from tests.factories import NOON, make_detection, make_plate_read, make_quality

CURVES = {"believed": identity(), "shipped": load_calibration(models_dir() / "calibration.yaml")}


def kinds(events: list[Reading]) -> list[tuple[str, str]]:
    return [(event.event, event.plate) for event in events]


def test_nothing_is_kept_of_vehicles_that_have_left():
    """What is kept of a vehicle holds a whole frame: a camera that runs for weeks may not keep one for each."""

    def kept() -> int:
        gc.collect()
        return sum(isinstance(item, Sighting) for item in gc.get_objects())

    before = kept()
    plates = [f"RK{number:03d}XY" for number in range(0, 800, 37)]
    road = Road([Vehicle(plate, passing(n, n + 0.9, speed=900.0)) for n, plate in enumerate(plates)])
    for second in range(0, len(plates), 5):
        road.drive(second, second + 5)
        assert kept() - before <= 4, "those in view, and those that left within a second or two"
    road.finish()
    assert kept() == before
    assert len(road.finals) > len(plates) // 2


def test_a_vehicle_passes():
    road = Road([Vehicle("RK300AS", passing(0.5, 3.5))])
    road.drive(0, 6)
    assert kinds(road.events) == [("provisional", "RK300AS"), ("final", "RK300AS")]
    first, last = road.events
    assert first.id == last.id
    assert last.confidence > 0.95
    assert last.frames_seen == 30
    assert 2 <= last.frames_read <= 30
    assert (last.first_frame, last.last_frame) == (5, 34)
    assert last.video_time == pytest.approx((0.5, 3.4))
    assert last.first_seen == NOON + timedelta(seconds=0.5)
    assert last.last_seen == NOON + timedelta(seconds=3.4)
    assert last.direction == "right"
    assert last.candidates[0].plate == "RK300AS"
    assert len(last.candidates) <= 10
    assert "".join(character.char for character in last.characters) == "RK300AS"


def test_the_evidence_is_the_frame_that_was_read():
    road = Road([Vehicle("RK300AS", passing(0, 3))])
    road.drive(0, 5)
    final = road.events[-1]
    assert final.frame is not None
    assert final.frame.index == final.best_frame
    assert final.corners.mean(axis=0) == pytest.approx([80 + 25 * final.best_frame, 300], abs=1)
    assert final.plate_image is not None
    assert final.plate_image.shape[0] == 64


def test_a_live_source_has_no_time_in_a_file():
    road = Road([Vehicle("RK300AS", passing(0, 2))], live=True)
    road.drive(0, 4)
    assert road.events[-1].video_time is None


def test_the_provisional_comes_as_soon_as_the_vote_is_sure():
    road = Road([Vehicle("RK300AS", passing(0, 3))])
    assert kinds(road.drive(0, 0.3)) == [("provisional", "RK300AS")]
    assert road.events[0].settled_s == pytest.approx(100.1)


def test_the_end_of_the_source_is_the_last_word():
    road = Road([Vehicle("RK300AS", passing(0, 30, speed=20))])
    road.drive(0, 2)
    assert kinds(road.finish()) == [("final", "RK300AS")]
    assert road.finish() == []


def test_nothing_seen_nothing_said():
    road = Road([])
    road.drive(0, 2)
    assert road.finish() == []
    assert road.loop.tracks == ()
    assert road.loop.votes == {}
    assert not road.loop.unsettled


def test_an_early_misread_from_afar_is_corrected_by_an_update():
    """Far away the 3 looks like an 8; the good reads come later: same id, and the final is right."""

    def seen(look: int) -> PlateRead:
        return make_plate_read("RK800AS", 0.99) if look <= 2 else make_plate_read("RK300AS", 0.99)

    config = Config(voting=VotingConfig(settled_confidence=1.0))
    road = Road([Vehicle("RK300AS", passing(0, 4), seen)], config=config)
    road.drive(0, 6)
    assert kinds(road.events) == [("provisional", "RK800AS"), ("update", "RK300AS"), ("final", "RK300AS")]
    assert len({event.id for event in road.events}) == 1
    assert road.events[-1].frame is not None
    assert road.events[-1].best_frame > 1, "the picture must be one that was read as the final says"


def test_a_parked_car_gives_one_final_after_the_delay_and_then_costs_nothing():
    road = Road([Vehicle("RK300AS", parked(0, 120))], config=Config(voting=VotingConfig(max_reading_delay_s=10)))
    road.drive(0, 10.2)
    assert kinds(road.events) == [("provisional", "RK300AS"), ("final", "RK300AS")]
    reads = road.vehicles[0].reads
    road.drive(10.2, 125)
    road.finish()
    assert road.finals == ["RK300AS"]
    assert road.vehicles[0].reads == reads
    assert reads <= 6
    assert not road.loop.unsettled


def test_a_parked_car_that_can_not_be_settled_is_not_read_in_every_frame():
    doubtful = make_plate_read("RK300AS", 0.55, quality=make_quality(plate_height_px=9, sharpness=0.1))
    road = Road([Vehicle("RK300AS", parked(0, 60), lambda _: doubtful)])
    road.drive(0, 60)
    assert road.vehicles[0].reads < 60


def test_another_car_takes_the_place_of_a_parked_one_between_two_looks():
    """They stand on the same spot; only the text says that it is another one."""
    first, second = Vehicle("RK300AS", parked(0, 5)), Vehicle("BA777ZZ", parked(5.8, 12))
    road = Road([first, second], config=Config(tracking=TrackingConfig(coast_s=2)))
    road.drive(0, 15)
    assert road.finals == ["RK300AS", "BA777ZZ"]
    assert len({event.id for event in road.events}) == 2


def test_one_foreign_read_does_not_split_a_vehicle():
    def seen(look: int) -> PlateRead:
        return make_plate_read("BA777ZZ" if look == 6 else "RK300AS", 0.9)

    config = Config(voting=VotingConfig(settled_confidence=1.0))
    road = Road([Vehicle("RK300AS", passing(0, 4), seen)], config=config)
    road.drive(0, 6)
    assert road.finals == ["RK300AS"]


def test_a_vehicle_seen_again_is_the_same_visit():
    road = Road([Vehicle("RK300AS", passing(0, 2)), Vehicle("RK300AS", passing(8, 10))])
    road.drive(0, 14)
    assert road.finals == ["RK300AS"]
    assert road.stats.rejected == {"same visit": 1}


def test_nearly_the_same_plate_shortly_after_is_the_same_visit():
    road = Road([Vehicle("RK300AS", passing(0, 2)), Vehicle("RK3O0AS", passing(8, 10))])
    road.drive(0, 14)
    assert road.finals == ["RK300AS"]


def test_a_part_of_the_plate_told_before_is_the_same_visit():
    road = Road([Vehicle("RK300AS", passing(0, 2)), Vehicle("00AS", passing(8, 10))])
    road.drive(0, 14)
    assert road.finals == ["RK300AS"]


def test_a_part_seen_before_a_post_is_not_told_before_the_whole_behind_it():
    """A part is no sure reading: it waits, and then the plate that it is a part of has been told."""

    def part(_: int) -> PlateRead:
        return make_plate_read("00AS", 0.75)

    road = Road([Vehicle("RK300AS", passing(0, 0.4), part), Vehicle("RK300AS", passing(2.5, 5))])
    road.drive(0, 9)
    assert road.finals == ["RK300AS"]
    alone = Road([Vehicle("RK300AS", passing(0, 0.4), part)])
    alone.drive(0, 9)
    assert alone.finals == ["00AS"], "it is told in the end where nothing else is seen"


def coming_in(time_s: float) -> dict[str, float] | None:
    """Return the path of a plate 100 px wide that comes in at the left edge: first its last 3 characters are seen."""
    if time_s < 0.1:
        return {"x": 20.0, "y": 300.0, "w": 43.0}
    return {"x": 70 + 150 * time_s, "y": 300.0} if time_s < 3 else None


def test_a_vehicle_that_comes_in_at_the_edge_is_one_and_is_told_whole():
    """Its first read is `0AS`, as sure as any: it became a reading, and the rest of the plate another vehicle."""

    def seen(look: int) -> PlateRead:
        return make_plate_read("0AS" if look == 1 else "RK300AS", 0.9999)

    road = Road([Vehicle("RK300AS", coming_in, seen)])
    road.drive(0, 7)
    assert kinds(road.events) == [("provisional", "RK300AS"), ("final", "RK300AS")]


def test_a_vehicle_that_only_its_end_is_seen_of_is_not_told():
    """It comes in at the edge and turns back."""

    def place(time_s: float) -> dict[str, float] | None:
        return {"x": 20 + 4 * np.sin(2 * time_s), "y": 300 + 20 * time_s, "w": 43.0} if time_s < 2 else None

    assert rejected(Vehicle("", place, lambda _: make_plate_read("0AS", 0.99))) == {"cut off": 1}


def test_a_vehicle_that_comes_back_later_is_a_new_visit():
    config = Config(duplicates=DuplicatesConfig(within_s=5))
    road = Road([Vehicle("RK300AS", passing(0, 2)), Vehicle("RK300AS", passing(12, 14))], config=config)
    road.drive(0, 18)
    assert road.finals == ["RK300AS", "RK300AS"]
    assert len({event.id for event in road.events}) == 2


def test_two_similar_plates_side_by_side_stay_two():
    road = Road([Vehicle("RK300AS", passing(0, 3, y=200)), Vehicle("RK3O0AS", passing(0.2, 3.2, y=500))])
    road.drive(0, 6)
    assert sorted(road.finals) == ["RK300AS", "RK3O0AS"]


def test_a_fleet_with_numbers_in_a_row_stays_as_many():
    road = Road([Vehicle(f"RK30{n}AS", passing(3 * n, 3 * n + 2)) for n in (1, 2, 4)])
    road.drive(0, 18)
    assert road.finals == ["RK301AS", "RK302AS", "RK304AS"]


def test_without_duplicates_every_pass_counts():
    config = Config(duplicates=DuplicatesConfig(within_s=0))
    road = Road([Vehicle("RK300AS", passing(0, 2)), Vehicle("RK300AS", passing(5, 7))], config=config)
    road.drive(0, 10)
    assert road.finals == ["RK300AS", "RK300AS"]


def test_two_vehicles_cross_and_neither_takes_the_others_reads():
    there = Vehicle("RK300AS", lambda t: {"x": 150 + 250 * t, "y": 300} if t < 4 else None)
    back = Vehicle("BA777ZZ", lambda t: {"x": 1150 - 250 * t, "y": 308} if t < 4 else None)
    road = Road([there, back])
    road.drive(0, 7)
    assert sorted(road.finals) == ["BA777ZZ", "RK300AS"]


def test_a_cut_to_another_vehicle_at_the_same_place():
    road = Road([Vehicle("RK300AS", parked(0, 2)), Vehicle("BA777ZZ", parked(2, 4))])
    road.drive(0, 2)
    road.image = scenery(seed=7)
    road.drive(2, 4)
    road.finish()
    assert road.finals == ["RK300AS", "BA777ZZ"]


def test_frames_that_are_not_looked_at_do_not_end_a_track():
    road = Road([Vehicle("RK300AS", passing(0, 4))])
    road.drive(0, 6, look=lambda index: index % 4 == 0)
    assert road.finals == ["RK300AS"]


def test_a_lost_picture_closes_every_track_and_the_next_frames_start_anew():
    road = Road([Vehicle("RK300AS", parked(0, 30)), Vehicle("BA777ZZ", parked(3, 30, x=200))])
    road.drive(0, 2)
    assert kinds(road.loop.lost(2.0)) == [("final", "RK300AS")]
    road.drive(3, 5)
    assert [plate for kind, plate in kinds(road.finish()) if kind == "final"] == ["BA777ZZ"]


def rejected(vehicle: Vehicle, seconds: float = 5, config: Config | None = None, regions: tuple[str, ...] = ()):
    """Return why a vehicle was not reported."""
    road = Road([vehicle], config=config or Config(), regions=regions)
    road.drive(0, seconds)
    road.finish()
    assert road.finals == []
    return dict(road.stats.rejected)


def test_too_small_to_be_read():
    path = passing(0, 3)
    assert rejected(Vehicle("RK300AS", lambda t: path(t) and path(t) | {"w": 20, "h": 5})) == {"too small": 1}


def test_seen_in_one_frame_only():
    assert rejected(Vehicle("RK300AS", passing(0, 0.1))) == {"seen too briefly": 1}


def test_two_characters_are_a_plate_when_they_are_sure():
    """`S2` was read in every frame by every other rule, and never told; `1Q` on a grille is read once and again."""
    road = Road([Vehicle("S2", passing(0, 3))])
    road.drive(0, 6)
    assert road.finals == ["S2"]
    unsure = Vehicle("", passing(0, 3), lambda look: make_plate_read(("1Q", "Q", "10", "D")[look % 4], 0.6))
    assert rejected(unsure)


def test_a_badge_never_reads_the_same_way_twice():
    texts = ["C00D", "0O0", "COD1", "A00", "OOO0", "D0C", "1AC0", "QO0D", "0CC"]
    badge = Vehicle("", passing(0, 3), lambda look: make_plate_read(texts[look % 9] + "ABCDEFGHIJ"[look % 10], 0.5))
    assert rejected(badge) == {"not a plate": 1}


def test_railings_read_as_ones_and_a_plate_of_ones_is_told_when_sure():
    """A made clip: what a vehicle drove past was read as ones, now more, now fewer, and told as `11111111`."""
    railings = Vehicle("", passing(0, 3), lambda look: make_plate_read("1" * (7 + look % 3), 0.6))
    assert rejected(railings) == {"not a plate": 1}
    road = Road([Vehicle("1111", passing(0, 3))])
    road.drive(0, 6)
    assert road.finals == ["1111"]


@pytest.mark.parametrize("word", ["SPICEW0OD", "POUCIACIVL"])
def test_a_long_word_on_a_vehicle_is_told_only_when_sure(word):
    """Lettering of a van and of a police car on made clips, read with doubts; seven letters are told as ever."""
    assert rejected(Vehicle("", passing(0, 3), lambda _: make_plate_read(word, 0.65))) == {"not a plate": 1}
    plate = Road([Vehicle("", passing(0, 3), lambda _: make_plate_read(word[:7], 0.65))])
    plate.drive(0, 6)
    assert plate.finals == [word[:7]]


def test_a_grille_that_reads_as_nothing():
    assert rejected(Vehicle("", passing(0, 3), lambda _: make_plate_read(""))) == {"not a plate": 1}


def test_a_shop_sign_is_a_word_that_never_moves():
    assert rejected(Vehicle("HOTELZIMMER"[:5], parked(0, 5))) == {"not a plate": 1}


def test_a_sign_whose_detections_wander_is_no_vehicle():
    """`MED 11` on an ambulance, now and then found with its surroundings; read as `MI3D11` and never quite surely."""

    def place(time_s: float) -> dict[str, float]:
        whole = 2.0 <= time_s < 2.5
        return {"x": 300, "y": 300, "w": 60 if whole else 42, "h": 34 if whole else 26}

    def unsure(look: int) -> PlateRead:
        return make_plate_read("MI3D11", 0.7, {2: "D"})

    road = Road([Vehicle("", place, unsure)])
    road.drive(0, 4)
    road.finish()
    assert road.finals == []
    assert sum(road.stats.rejected.values()) == 1
    moving = Road([Vehicle("", lambda t: place(t) | {"x": 300 + 60 * t}, unsure)])
    moving.drive(0, 4)
    moving.finish()
    assert moving.finals == ["MI3D11"], "it hangs on the place alone"


def test_a_camera_name_burnt_into_the_picture():
    assert rejected(Vehicle("CAM01", lambda _: {"x": 90, "y": 20, "w": 120, "h": 24}), 8) == {"burnt-in text": 1}


def test_a_clock_burnt_into_the_picture():
    def seen(look: int) -> PlateRead:
        return make_plate_read(f"2026112{look % 10}", 0.95)

    clock = Vehicle("", lambda _: {"x": 1150, "y": 700, "w": 200, "h": 20}, seen)
    (reason,) = rejected(clock, 20)
    assert reason in ("burnt-in text", "not a plate", "outvoted")


def test_a_car_parked_at_the_edge_is_read_where_its_region_is_known():
    road = Road([Vehicle("RK300AS", parked(0, 20, y=700))], regions=("sk",))
    road.drive(0, 8)
    road.finish()
    assert road.finals == ["RK300AS"]


def test_strict_formats_reject_the_rest():
    config = Config(voting=VotingConfig(formats="strict"))
    assert rejected(Vehicle("XYZZY9", passing(0, 3)), config=config, regions=("sk",)) == {"format": 1}


def test_blurred_reads_that_agree_on_nothing():
    smear = make_quality(plate_height_px=14, sharpness=0.02, exposure=0.2)
    vehicle = Vehicle("RK300AS", passing(0, 3), lambda look: make_plate_read("RK300A"[look % 2 :], 0.3, quality=smear))
    assert rejected(vehicle) == {"too blurred": 1}


def test_a_format_against_the_evidence_is_told():
    road = Road([Vehicle("XYZZY9", passing(0, 3))], regions=("sk",))
    road.drive(0, 6)
    assert road.finals == ["XYZZY9"]
    assert not road.events[-1].format_ok
    assert road.events[-1].region is None


def test_a_region_that_was_asked_for_is_told():
    road = Road([Vehicle("RK300AS", passing(0, 3))], regions=("sk",))
    road.drive(0, 6)
    assert (road.events[-1].region, road.events[-1].format_ok) == ("sk", True)


def test_no_more_reads_a_frame_than_allowed():
    vehicles = [Vehicle(f"RK30{n}AS", passing(0, 3, y=100 + 90 * n)) for n in range(6)]
    road = Road(vehicles, config=Config(voting=VotingConfig(max_reads_per_frame=2)))
    for index in range(30):
        before = sum(vehicle.reads for vehicle in vehicles)
        road.events += road.loop.update(*road.frame(index))
        assert sum(vehicle.reads for vehicle in vehicles) - before <= 2
    road.drive(3, 5)
    assert len(road.finals) == 6


def test_two_runs_are_the_same():
    def run() -> list[tuple]:
        rng = np.random.default_rng(5)
        noise = [make_plate_read("RK300AS", float(p)) for p in rng.uniform(0.5, 0.99, 200)]
        road = Road(
            [Vehicle("RK300AS", passing(0, 3), lambda look: noise[look]), Vehicle("BA777ZZ", passing(1, 4, y=350))]
        )
        road.drive(0, 7)
        return [(e.event, e.plate, e.confidence, e.best_frame, e.frames_read, e.candidates) for e in road.events]

    assert run() == run()


def test_the_votes_are_there_to_be_drawn():
    road = Road([Vehicle("RK300AS", passing(0, 3))])
    road.drive(0, 1)
    (track,) = road.loop.tracks
    vote = road.loop.votes[track.track_id]
    assert vote.plate == "RK300AS"
    assert len(vote.characters) == 7


def test_exactly_one_final_for_each_vehicle_whatever_the_rate():
    for fps in (3, 8, 25):
        road = Road([Vehicle("RK300AS", passing(0, 4)), Vehicle("BA777ZZ", passing(2, 6, y=420))], fps=fps)
        road.drive(0, 9)
        road.finish()
        assert Counter(road.finals) == {"RK300AS": 1, "BA777ZZ": 1}


class TestStills:
    """Each picture is a scene of its own."""

    def loop(self, again: Sequence[str] = (), certainty: float = 0.995, **texts: str) -> ReadingLoop:
        """Return a loop whose reader knows a plate by its place, and reads `again` with other corners."""
        loops = self

        class Reader:
            def read(self, image: np.ndarray, quad: np.ndarray, score: float = 1.0) -> PlateRead:
                if np.ptp(quad, axis=0).tolist() != [100, 25]:
                    return make_plate_read(next(loops.again), 0.995)
                loops.again = iter(again)
                return make_plate_read(texts[f"x{int(quad[:, 0].mean())}"], certainty)

        return ReadingLoop("shots", Reader(), Config(), RunStats(), Knowledge(ALL_FORMATS), scenes=True)

    def frame(self, index: int, source: str) -> Frame:
        return Frame(scenery(), index, float(index), NOON, source, 100.0 + index)

    def test_each_plate_is_one_final(self):
        loop = self.loop(x200="RK300AS", x700="BA777ZZ")
        events = loop.update(self.frame(0, "a.jpg"), [make_detection(200, 300), make_detection(700, 300)])
        assert kinds(events) == [("final", "RK300AS"), ("final", "BA777ZZ")]
        assert all(e.frames_seen == 1 and e.video_time is None and e.source == "a.jpg" for e in events)
        assert loop.finish() == []

    def test_the_same_plate_in_the_next_picture_is_read_again(self):
        loop = self.loop(x200="RK300AS")
        for index in range(3):
            (event,) = loop.update(self.frame(index, f"{index}.jpg"), [make_detection(200, 300)])
            assert (event.plate, event.first_frame, event.source) == ("RK300AS", index, f"{index}.jpg")

    def test_one_plate_found_twice_is_one_reading(self):
        loop = self.loop(x200="RK300AS", x203="RK300AS")
        twice = [make_detection(200, 300), make_detection(203, 301, score=0.6)]
        assert len(loop.update(self.frame(0, "a.jpg"), twice)) == 1

    def test_a_plate_in_doubt_is_read_with_other_corners_too(self):
        """The detector's corners are off by some pixels, which may cost a character: most looks say what is there."""
        looks = ["RK300AS"] * 4
        for certainty, told, left in ((0.6, "RK300AS", 0), (0.995, "RK3OAS", 4)):
            events = self.loop(looks, certainty, x200="RK3OAS").update(self.frame(0, "a"), [make_detection(200, 300)])
            assert (kinds(events), len(list(self.again))) == ([("final", told)], left)

    @pytest.mark.parametrize(
        ("looks", "told"),
        [
            ([*["AMAHA"] * 3, "AMAH", "WAMAHA"], []),
            (["AMAHA"] * 5, ["AMAHA"]),
            ([*["4M4H4"] * 3, "4M4H", "W4M4H4"], ["4M4H4"]),
        ],
    )
    def test_a_word_must_be_surer_than_what_has_digits(self, looks: list[str], told: list[str]):
        """Of a maker's name on a boat most looks said AMAHA; in a picture nothing can be seen to stand still."""
        events = self.loop(looks[1:], 0.8, x200=looks[0]).update(self.frame(0, "a.jpg"), [make_detection(200, 300)])
        assert [event.plate for event in events] == told

    def test_what_no_two_looks_read_the_same_way_is_no_plate(self):
        """Of the two rows of small print on a board the vote made a text that none of the looks had read."""
        looks = ["WHTEN70H7RAG", "HN70H9RAG0", "THN70HRAG", "HTN70HRAAG", "N70H7RAG8"]
        loop = self.loop(looks[1:], 0.6, x200=looks[0])
        assert loop.update(self.frame(0, "a.jpg"), [make_detection(200, 300)]) == []

    def test_an_empty_picture(self):
        loop = self.loop()
        assert loop.update(self.frame(0, "a.jpg"), []) == []
        assert loop.update(self.frame(1, "b.jpg"), None) == []


def test_what_no_frame_shows_is_read_of_several_at_once():
    """Noise spoils each frame in another way; laid over one another they are clear."""
    junk = ("RX3OOA5", "BK8S", "R300A", "KK3Q0A8", "8K3O", "HK30AA5", "PK00AS", "RN3GGAS", "XK3", "0K3DDA5")

    def noisy(read: int) -> PlateRead:
        return make_plate_read(junk[read % len(junk)], 0.5)

    for said, finals in (("", []), ("RK300AS", ["RK300AS"])):
        road = Road([Vehicle("RK300AS", passing(0, 1), noisy)], overlay_says=said)
        road.drive(0, 3)
        assert road.finals == finals
        assert road.overlays_read >= 1


@pytest.mark.parametrize("ends", [True, False])
def test_a_vehicle_in_doubt_gets_a_last_look_when_it_has_left(ends):
    """Two frames are too few to be laid over one another while more may come; then the clip ends, or the car goes.

    What they make, sharp and as their mean, is then read with five corners each.
    """
    junk = ("RX3OOA5", "HK30AA5")
    for said, finals in (("", []), ("RK300AS", ["RK300AS"])):
        seen = lambda read: make_plate_read(junk[read % 2], 0.5)  # noqa: E731
        road = Road([Vehicle("RK300AS", passing(0, 0.2), seen)], overlay_says=said)
        road.drive(0, 0.2 if ends else 6)
        if ends:
            road.finish()
        assert road.finals == finals
        assert road.overlays_read == 2 * 5


def test_what_was_seen_once_only_gets_no_last_look():
    road = Road(
        [Vehicle("RK300AS", passing(0, 0.1), lambda _: make_plate_read("RX3OOA5", 0.5))], overlay_says="RK300AS"
    )
    road.drive(0, 6)
    assert (road.finals, road.overlays_read) == ([], 0)


def test_a_b_that_was_8_from_afar_is_told_when_it_comes_nearer():
    """A968B6 of a traffic camera: settled as A96886 by many far reads, though every read since then had the B."""
    texts = ["A96886"] * 4 + ["A968B6"] * 40
    vehicle = Vehicle("A968B6", passing(0, 3, speed=150), lambda look: make_plate_read(texts[look - 1], 0.99))
    road = Road([vehicle], config=Config(voting=VotingConfig(settled_confidence=0.5)))
    road.drive(0, 1)
    assert vehicle.reads == 2, "settled"
    vehicle.reads = 4
    road.drive(1, 6)
    assert vehicle.reads > 6, "the next read, of a plate that has moved, says otherwise: it is read on"
    assert road.finals == ["A968B6"]


def test_a_plate_that_is_clear_in_each_frame_is_never_overlaid():
    road = Road([Vehicle("RK300AS", passing(0, 2))], overlay_says="XX999XX")
    road.drive(0, 4)
    assert road.finals == ["RK300AS"]
    assert road.overlays_read == 0


def slovak(text: str, seconds: float, sure: float = 0.98) -> tuple[Reading, dict[str, int]]:
    """Return the reading of a vehicle with the shipped calibration, and what was rejected; Slovak plates are asked."""
    calibration = load_calibration(models_dir() / "calibration.yaml")
    path = passing(0, seconds, speed=1000 / max(seconds, 3))
    vehicle = Vehicle(text, path, lambda _: make_plate_read(text, sure))
    road = Road([vehicle], regions=("sk",), calibration=calibration)
    road.drive(0, seconds + 5)
    (final,) = [event for event in road.events if event.event == "final"]
    return final, dict(road.stats.rejected)


def test_o_for_0_in_every_frame_is_no_less_sure_the_longer_it_is_seen():
    """The format decides, and no number of frames bears on it; the more there were, the less it was believed.

    After 0.3 s, 1 s and 3 s the reading had 0.78, 0.51 and 0.31: the best vehicles were rejected.
    """
    readings = [slovak("RK30OAS", seconds)[0] for seconds in (0.3, 1, 3)]
    assert [(reading.plate, reading.region, reading.format_ok) for reading in readings] == [("RK300AS", "sk", True)] * 3
    confidences = [reading.confidence for reading in readings]
    assert confidences == sorted(confidences)
    assert confidences[0] > 0.7


@pytest.mark.parametrize("sure", [0.98, 0.999])
@pytest.mark.parametrize("seconds", [0.3, 2, 10])
def test_b_for_8_in_every_frame_is_told_as_read(seconds, sure):
    """A reader seldom takes 8 for B in all frames: the plate fits no format. From 2 s on it was `outvoted`."""
    reading, rejected = slovak("RK3B0AS", seconds, sure)
    assert (reading.plate, reading.region, reading.format_ok) == ("RK3B0AS", None, False)
    assert rejected == {}


NEVER_TWICE = ("W4XKP2", "7HLNS", "QZ81CV0", "M5TE3J", "RUB96", "0FGYD4A", "K2V8NPH", "S1XQ7", "JC5W0ET", "9ZMLR3")


def another(look: int) -> str:
    """Return a text that has little in common with those before it; its characters change places in every round."""
    text, turned = NEVER_TWICE[look % 10], 2 * (look // 10)
    return text[turned:] + text[:turned]


@pytest.mark.parametrize(
    ("path", "sure"), [(passing(0, 3), 0.9), (passing(0, 3), 0.98), (parked(0, 8), 0.9)], ids=["0.9", "0.98", "stands"]
)
def test_a_thing_that_is_sure_of_itself_and_never_reads_the_same_way_twice_is_no_plate(path, sure):
    """Each read is clear, and contradicts all others."""

    assert rejected(Vehicle("", path, lambda look: make_plate_read(another(look), sure)), 12) == {"not a plate": 1}


@pytest.mark.parametrize(
    ("path", "sure"),
    [(passing(0, 3), 0.9), (passing(0, 3), 0.999), (parked(0, 8), 0.9)],
    ids=["0.9", "0.999", "stands"],
)
@pytest.mark.parametrize("liar", ["BA777ZZ", "XYZZY9W"])
def test_one_liar_first_makes_no_vehicle_of_its_own(liar, path, sure):
    def seen(look: int) -> PlateRead:
        return make_plate_read(liar, sure) if look == 1 else make_plate_read("RK300AS", 0.98)

    road = Road([Vehicle("RK300AS", path, seen)])
    road.drive(0, 12)
    assert road.finals == ["RK300AS"]
    assert road.stats.rejected == {}


def test_a_plate_that_reads_the_same_again_and_again_is_read_no_more_however_unsure_each_read_is():
    """Reads that doubt themselves, and agree: a vote that grows surer of what it says already costs a read a frame."""

    def reads_of(*texts: str) -> int:
        road = Road([Vehicle("RK300AS", passing(0, 5), lambda look: make_plate_read(texts[look % len(texts)], 0.8))])
        road.drive(0, 7)
        assert road.finals == ["RK300AS"]
        return road.vehicles[0].reads

    assert 8 <= reads_of("RK300AS") < reads_of("RK300AS", "RK300AS", "RK800AS", "RK300AS", "RK300AS")


def test_a_read_that_is_held_back_when_the_vehicle_leaves_goes_to_the_vote():
    """It contradicts the others and waits for a second one that agrees with it; none came, and it was lost."""

    def seen(look: int) -> PlateRead:
        return make_plate_read("BA777ZZ" if look == 20 else ("RK300AS", "RK3O0AS")[look % 3 == 0], 0.95)

    config = Config(voting=VotingConfig(settled_confidence=1.0))
    road = Road([Vehicle("RK300AS", passing(0, 2), seen)], config=config)
    road.drive(0, 4)
    assert road.finals == ["RK300AS"]
    assert road.vehicles[0].reads == 20, "the last one is the liar"
    assert road.events[-1].frames_read == 20


def test_a_younger_track_that_turns_out_to_be_the_same_vehicle_gives_its_reads_to_the_older():
    """Detections wander: a second track is born beside the first, and then covers it. Its reads went with it.

    The older track was read twice, as nothing; all that is known of the vehicle comes from the younger.
    """

    def wandering(time_s: float) -> dict[str, float] | None:
        frame = round(25 * time_s)
        if frame < 2:
            return {"x": 300, "y": 300}
        return {"x": 430 - 12 * (frame - 2), "y": 300} if frame < 10 else None

    def seen(look: int) -> PlateRead:
        return make_plate_read("" if look <= 2 else "RK300AS", 0.9)

    tracking = TrackingConfig(min_hits=1, coast_s=5, jump=0.0)
    voting = VotingConfig(provisional_confidence=1.0, settled_confidence=1.0)
    road = Road([Vehicle("", wandering, seen)], fps=25, config=Config(tracking=tracking, voting=voting))
    road.drive(0, 0.4)
    assert [track.hits for track in road.loop.tracks] == [10]
    road.finish()
    assert kinds(road.events) == [("final", "RK300AS")]
    (final,) = road.events
    assert (final.frames_seen, final.frames_read, road.vehicles[0].reads) == (10, 10, 10)
    assert (final.first_frame, final.last_frame, final.track) == (0, 9, 1)
    assert final.best_frame >= 2


def in_the_band(time_s: float) -> dict[str, float] | None:
    """Return the path of what stands for 5 s at the upper edge, upright, 24 px high."""
    return {"x": 90, "y": 20, "w": 120, "h": 24} if time_s < 5 else None


def test_the_time_in_the_picture_is_no_british_plate():
    """`5PM` is a dateless plate of gb, as nearly everything is: that took it out of the rules for burnt-in text."""
    assert rejected(Vehicle("5PM", in_the_band), 9, regions=("gb",)) == {"burnt-in text": 1}
    narrow = Road([Vehicle("AB12CDE", in_the_band)], regions=("gb",))
    narrow.drive(0, 9)
    assert narrow.finals == ["AB12CDE"]


def test_a_sign_must_be_surer_than_a_plate_though_a_loose_format_fits_it():
    """Both stand for 5 s in the middle of the picture and have the same reads, which leave some doubt."""

    def standing(text: str) -> Vehicle:
        return Vehicle(text, parked(0, 5), lambda _: make_plate_read(text, 0.8))

    assert sum(rejected(standing("5PM"), 9, regions=("gb",)).values()) == 1
    narrow = Road([standing("AB12CDE")], regions=("gb",))
    narrow.drive(0, 9)
    assert narrow.finals == ["AB12CDE"]


@pytest.mark.parametrize("sigma_px", [0.5, 1.0])
def test_a_camera_name_that_the_detector_finds_a_little_off_each_time(sigma_px):
    """After 20 s its farthest two places are farther apart than a plate moves in a second."""
    rng = np.random.default_rng(0)

    def trembling(time_s: float) -> dict[str, float] | None:
        x, y = rng.normal((120, 692), sigma_px)
        return {"x": x, "y": y, "w": 200, "h": 24} if time_s < 20 else None

    assert rejected(Vehicle("CAM01", trembling), 25) == {"burnt-in text": 1}


@pytest.mark.parametrize("curve", list(CURVES))
@pytest.mark.parametrize("path", [passing(0, 3), parked(0, 8)], ids=["passes", "stands"])
@pytest.mark.parametrize("first", range(10))
def test_the_first_of_reads_that_never_agree_is_not_told(path, curve, first):
    """A single read 0.999 sure was told; the next ones took its confidence to 0.00."""

    def seen(look):
        return make_plate_read(another(first + look), 0.999)

    road = Road([Vehicle("", path, seen)], calibration=CURVES[curve])
    road.drive(0, 12)
    assert road.events == []
    assert road.stats.rejected == {"not a plate": 1}


@pytest.mark.parametrize("curve", list(CURVES))
@pytest.mark.parametrize("path", [passing(0, 3), parked(0, 8)], ids=["passes", "stands"])
@pytest.mark.parametrize("liar", ["BA777ZZ", "XYZZY9W"])
def test_a_liar_first_surer_than_all_others_makes_no_vehicle(liar, path, curve):
    def seen(look):
        return make_plate_read(liar, 0.999) if look == 1 else make_plate_read("RK300AS", 0.98)

    road = Road([Vehicle("RK300AS", path, seen)], calibration=CURVES[curve])
    road.drive(0, 12)
    assert kinds(road.events) == [("provisional", "RK300AS"), ("final", "RK300AS")]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("sigma_px", [1.5, 2.0])
def test_burnt_in_text_is_not_told_at_the_first_tremble(sigma_px, seed):
    rng = np.random.default_rng(seed)

    def place(t):
        x, y = rng.normal((120, 692), sigma_px)
        return {"x": x, "y": y, "w": 200, "h": 24} if t < 20 else None

    road = Road([Vehicle("CAM01", place)])
    road.drive(0, 25)
    assert road.events == []
    assert road.stats.rejected == {"burnt-in text": 1}
