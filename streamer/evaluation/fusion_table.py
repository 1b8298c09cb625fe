"""Fusion rules side by side, on the tracks and reads of the same runs."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from streamer.evaluation.clips import ClipScore, Said, score_said
from streamer.evaluation.fusion import OTHER_RULES, FusionRule, first_frame_of
from streamer.evaluation.labelled import LabelledClip
from streamer.evaluation.metrics import Calibration, Difference, Rate, calibration, paired_difference
from streamer.evaluation.mot import NO_BOXES
from streamer.evaluation.observed import Run, TrackTrace
from streamer.evaluation.texts import same

OURS = "ours"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What one rule reached over all clips."""

    rule: str
    exact: Rate
    behind: Difference | None
    """Ours less this rule on the same vehicles; None for ours."""
    false_readings: int
    """All that are not the text of the vehicle they were given for."""
    misread: int
    """Vehicles of which something was said, but never their text."""
    stray: int
    """Readings of no vehicle, or of one that has a reading already."""
    repeats: int
    switches: int
    frames_to_correct: float | None
    """Median over the vehicles that it read."""
    calibration: Calibration

    def as_dict(self) -> dict[str, object]:
        """The row as JSON values."""
        return {
            "rule": self.rule,
            "exact": self.exact.as_dict(),
            "ours_better_by": self.behind.as_dict() if self.behind else None,
            "false_readings": self.false_readings,
            "misread": self.misread,
            "stray": self.stray,
            "repeats": self.repeats,
            "identity_switches": self.switches,
            "frames_to_correct": self.frames_to_correct,
            "calibration_error": self.calibration.as_dict()["error"],
        }


def compare_rules(
    clips: Sequence[tuple[LabelledClip, Run, ClipScore]], ours: FusionRule | None = None
) -> tuple[RuleRow, ...]:
    """Score the four other rules and ours on the same tracks and reads.

    Parameters
    ----------
    clips
        Each clip's truth, the run over it, and the score of the run's readings.
    ours
        Our rule, given the same reads as the others; without it ours is what the pipeline reported.
    """
    scores = {
        name: [_score(clip, run, score, rule) for clip, run, score in clips] for name, rule in OTHER_RULES.items()
    }
    scores[OURS] = [score if ours is None else _score(clip, run, score, ours) for clip, run, score in clips]
    hits = {name: [v.exact for score in rows for v in score.vehicles] for name, rows in scores.items()}
    return tuple(
        _row(name, rows, None if name == OURS else paired_difference(hits[OURS], hits[name]))
        for name, rows in scores.items()
    )


def rules_table(rows: Sequence[RuleRow], title: str) -> Table:
    """Return the rules for people to read."""
    table = Table(title=title, title_justify="left")
    table.add_column("rule")
    headings = ("exact", "ours better by", "false", "repeats", "switches", "frames to correct", "calibration error")
    for heading in headings:
        table.add_column(heading, justify="right")
    for row in rows:
        points = (
            ""
            if row.behind is None
            else "{:+.1f} ({:+.1f} to {:+.1f})".format(
                *(100 * share for share in (row.behind.value, row.behind.low, row.behind.high))
            )
        )
        frames = "-" if row.frames_to_correct is None else f"{row.frames_to_correct:g}"
        table.add_row(
            row.rule,
            str(row.exact),
            points,
            str(row.false_readings),
            str(row.repeats),
            str(row.switches),
            frames,
            f"{row.calibration.error:.3f}",
        )
    return table


def _score(clip: LabelledClip, run: Run, score: ClipScore, rule: FusionRule) -> ClipScore:
    """Return what one rule makes of the run's tracks."""
    tracks = [track for track in run.tracks if track.of_frames and track.boxes]
    said = [one for track in tracks if (one := _say(track, rule)).text]
    first = {index: _first_right(tracks, rule, vehicle.text) for index, vehicle in enumerate(clip.vehicles)}
    return score_said(clip, said, first, score.mot)


def _first_right(tracks: Sequence[TrackTrace], rule: FusionRule, truth: str) -> int | None:
    frames = (first_frame_of(rule, track, lambda text: same(text, truth)) for track in tracks)
    return min((frame for frame in frames if frame is not None), default=None)


def _say(track: TrackTrace, rule: FusionRule) -> Said:
    fused = rule(track.of_frames)
    frame = max(track.boxes, key=lambda number: (track.boxes[number][3], -number))
    return Said(fused.text, fused.confidence, frame, track.boxes[frame])


def _row(name: str, scores: Sequence[ClipScore], behind: Difference | None) -> RuleRow:
    vehicles = [vehicle for score in scores for vehicle in score.vehicles]
    frames = [v.frames_to_correct for v in vehicles if v.frames_to_correct is not None]
    said = [(one.confidence, same(one.text, v.vehicle.text)) for v in vehicles for one in v.said]
    said += [(one.confidence, False) for score in scores for one in score.phantoms]
    return RuleRow(
        name,
        Rate(sum(vehicle.exact for vehicle in vehicles), len(vehicles)),
        behind,
        sum(score.false_readings for score in scores),
        sum(score.misread_vehicles for score in scores),
        sum(score.stray_readings for score in scores),
        sum(vehicle.repeats for vehicle in vehicles),
        sum((score.mot for score in scores), NO_BOXES).switches,
        statistics.median(frames) if frames else None,
        calibration([confidence for confidence, _ in said], [right for _, right in said]),
    )
