"""Parameters of the classical detectors that could never find anything are refused where they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.config_file import load_config
from streamer.errors import ConfigError


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("edges: {edge_low: 900}", "detection.edges: edge_low 900.0 is above edge_high 120.0"),
        ("edges: {aspect_min: 9, aspect_max: 2}", "detection.edges: aspect_min 9.0 is above aspect_max 2.0"),
        (
            "components: {window_px: 40}",
            "detection.components.window_px: 40 is even; allowed: an odd number, so that the window has a middle",
        ),
        *(
            (f"{name}: {{{key}: 0}}", f"detection.{name}.{key}: 0 is too small; allowed: a number above 0, at most 1")
            for name, key in (
                ("components", "width_max"),
                ("components", "height_max"),
                ("components", "area_max"),
                ("cascade", "width_max"),
                ("cascade", "height_max"),
            )
        ),
    ],
)
def test_what_can_find_nothing_is_one_line(tmp_path: Path, section: str, said: str) -> None:
    """Each was taken in silence, and every picture then had no plate."""
    path = tmp_path / "c.yaml"
    path.write_text(f"detection:\n  {section}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path, environment={})
    assert [fault.removeprefix(f"{path}:2: ") for fault in caught.value.faults] == [said]
