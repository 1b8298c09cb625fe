"""The configuration of the classical detectors and readers, a section for each."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from streamer.config_values import PositiveSeconds, Section, Share, WorkWidth

SomeShare = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
"""A share with which something can be found at all: the largest size of a plate is not 0."""


def _odd(number: int) -> int:
    if number % 2 == 0:
        raise ValueError(f"{number} is even; allowed: an odd number, so that the window has a middle")
    return number


def _check_order(section: Section, *pairs: tuple[str, str]) -> None:
    """Refuse a section whose first key of a pair is above the second."""
    for low, high in pairs:
        if getattr(section, low) > getattr(section, high):
            raise ValueError(f"{low} {getattr(section, low)} is above {high} {getattr(section, high)}")


class PlateShape(Section):
    """What a plate can look like in the frame; the classical detectors refuse what doesn't."""

    height_min_px: Annotated[float, Field(ge=4, le=1000)] = Field(
        9.0, description="Smallest plate height in px of the frame."
    )
    aspect_min: Annotated[float, Field(gt=0, le=20)] = Field(
        1.2, description="Smallest width over height: two-line and motorcycle plates have 1.2 to 1.6."
    )
    aspect_max: Annotated[float, Field(gt=0, le=20)] = Field(
        6.5, description="Largest width over height: European one-line plates have 4.7."
    )
    area_min: Share = Field(0.0003, description="Smallest plate area, as a share of the frame.")
    area_max: SomeShare = Field(0.25, description="Largest plate area, as a share of the frame.")
    angle_max_deg: Annotated[float, Field(ge=0, le=90)] = Field(
        30.0, description="Largest slope of a plate's top side in degrees."
    )
    overlap_max: Share = Field(
        0.3, description="Largest intersection over union of two plates; the one with the lower score goes."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_order(self, ("aspect_min", "aspect_max"), ("area_min", "area_max"))
        return self


class BlackhatConfig(PlateShape):
    """`detection.blackhat`: black-hat and top-hat morphology."""

    work_widths: Annotated[tuple[WorkWidth, ...], Field(min_length=1, max_length=6)] = Field(
        (320, 640, 1280),
        description="Widths in px to which a larger frame is shrunk, one after another; kernels are counted in its "
        "pixels.",
    )
    characters: Literal["dark", "light", "both"] = Field(
        "both", description="Which characters are looked for: dark on light plates, light on dark ones, or both."
    )
    kernel_width_px: Annotated[int, Field(ge=3, le=201)] = Field(
        17, description="Width of the plate-shaped kernel; wider than a character and the gap beside it."
    )
    kernel_height_px: Annotated[int, Field(ge=1, le=101)] = Field(5, description="Height of the plate-shaped kernel.")
    light_kernel_px: Annotated[int, Field(ge=1, le=101)] = Field(
        9, description="Side of the kernel that closes characters over when light regions are masked."
    )
    erosions: Annotated[int, Field(ge=0, le=20)] = Field(2, description="Erosions that remove thin false strokes.")
    dilations: Annotated[int, Field(ge=0, le=20)] = Field(3, description="Dilations that restore the rest.")
    contours_max: Annotated[int, Field(ge=1, le=1000)] = Field(
        40, description="Largest contours that are looked at for each polarity."
    )
    clear_border: bool = Field(False, description="Refuses regions that touch the frame's border.")


class CascadeConfig(Section):
    """`detection.cascade`: a boosted cascade of simple features."""

    file: str = Field(
        "haarcascade_russian_plate_number.xml",
        min_length=1,
        description="Cascade file, or the name of one that comes with OpenCV.",
    )
    scale_factor: Annotated[float, Field(gt=1, le=2)] = Field(
        1.1, description="Step between two sizes that are looked for."
    )
    neighbours_min: Annotated[int, Field(ge=0, le=100)] = Field(
        3, description="Neighbouring windows that must agree on a plate."
    )
    width_min_px: Annotated[int, Field(ge=1, le=4000)] = Field(
        30, description="Smallest plate width in px of the frame."
    )
    width_max: SomeShare = Field(0.8, description="Largest plate width, as a share of the frame's.")
    height_max: SomeShare = Field(0.4, description="Largest plate height, as a share of the frame's.")
    equalize: bool = Field(True, description="Spreads the grey levels of the frame before the search.")
    overlap_max: Share = Field(
        0.3, description="Largest intersection over union of two plates; the one with the lower score goes."
    )


class ComponentsConfig(PlateShape):
    """`detection.components`: connected components of the binarized frame."""

    work_width: Annotated[int, Field(ge=160, le=3840)] = Field(
        1000, description="Width in px to which a larger frame is shrunk first."
    )
    window_px: Annotated[int, Field(ge=3, le=501), AfterValidator(_odd)] = Field(
        41, description="Side of the window whose mean a pixel is compared with; odd, in px of the shrunk frame."
    )
    offset: Annotated[float, Field(ge=-100, le=100)] = Field(
        5.0, description="Grey levels by which a pixel must differ from that mean."
    )
    width_max: SomeShare = Field(0.25, description="Largest plate width, as a share of the frame's.")
    height_max: SomeShare = Field(0.15, description="Largest plate height, as a share of the frame's.")
    extent_min: Share = Field(0.3, description="Smallest share of its rotated rectangle that a component fills.")


class EdgesConfig(PlateShape):
    """`detection.edges`: four-sided outlines of the edge image."""

    work_width: Annotated[int, Field(ge=160, le=3840)] = Field(
        1000, description="Width in px to which a larger frame is shrunk first."
    )
    smooth_px: Annotated[int, Field(ge=1, le=31)] = Field(
        3, description="Diameter in px of the edge-preserving smoothing."
    )
    smooth_levels: Annotated[float, Field(ge=0, le=255)] = Field(
        20.0, description="Grey levels that are smoothed away."
    )
    edge_low: Annotated[float, Field(ge=0, le=2000)] = Field(40.0, description="Gradient at which an edge goes on.")
    edge_high: Annotated[float, Field(ge=0, le=2000)] = Field(120.0, description="Gradient at which an edge begins.")
    corner_tolerance: Annotated[float, Field(gt=0, le=0.2)] = Field(
        0.06, description="Largest bulge of a side, as a share of the length around the outline."
    )
    contours_max: Annotated[int, Field(ge=1, le=5000)] = Field(400, description="Largest outlines that are looked at.")

    @model_validator(mode="after")
    def _edges_ordered(self) -> Self:
        _check_order(self, ("edge_low", "edge_high"))
        return self


class SegmentsConfig(Section):
    """`reading.segments`: characters cut out one by one, then classified."""

    line_height_px: Annotated[int, Field(ge=24, le=400)] = Field(
        72, description="Height in px to which a line of the plate is brought before it is binarized."
    )
    margin_width: Share = Field(0.03, description="Surroundings kept beside the plate, as a share of its width.")
    margin_height: Share = Field(0.08, description="Surroundings kept above and below, as a share of its height.")
    two_line_aspect: Annotated[float, Field(ge=0, le=20)] = Field(
        2.6, description="Plates of a smaller width over height may have two lines."
    )
    window: Annotated[float, Field(gt=0, le=4)] = Field(
        0.5, description="Window of the local threshold, as a share of the line's height."
    )
    offset: Annotated[float, Field(ge=-100, le=100)] = Field(
        10.0, description="Grey levels by which ink must differ from the mean of that window."
    )
    char_height_min: Share = Field(0.22, description="Smallest height of a character, as a share of the line's.")
    char_height_max: Share = Field(0.95, description="Largest height of a character, as a share of the plate image's.")
    char_aspect_min: Annotated[float, Field(ge=0, le=5)] = Field(
        0.08, description="Smallest width over height of a character: 1 and I are thin."
    )
    char_aspect_max: Annotated[float, Field(gt=0, le=5)] = Field(
        1.15, description="Largest width over height of a character; up to three times that, touching ones are cut."
    )
    align_max: Annotated[float, Field(gt=0, le=1)] = Field(
        0.12, description="Largest distance of a character's ends from its row's lines, as a share of its height."
    )
    slope_max: Share = Field(0.5, description="Largest slope of a row on the rectified plate.")
    char_score_min: Share = Field(
        0.3, description="What the likeliest character must reach, or the piece is taken for no character."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_order(self, ("char_height_min", "char_height_max"), ("char_aspect_min", "char_aspect_max"))
        return self


class TesseractConfig(Section):
    """`reading.tesseract`: Tesseract through pytesseract."""

    page_mode: Literal[4, 6, 7, 8, 11, 13] = Field(
        7, description="Page segmentation mode: 7 is one line, 6 a block of lines, 8 a word, 11 sparse text."
    )
    language: str = Field("eng", min_length=1, description="Language data that is used.")
    height_px: Annotated[int, Field(ge=16, le=1000)] = Field(
        96, description="Height in px to which the plate image is brought."
    )
    margin: Share = Field(0.02, description="Surroundings kept around the plate, as a share of its width and height.")
    clear_border: bool = Field(True, description="Removes ink that touches the plate image's border before reading.")
    timeout_s: PositiveSeconds = Field(5.0, description="How long one plate may take; after that it is not read.")
