"""What the networks take and give: sizes that training, export and the cards agree on."""

READER_WH = (160, 64)
"""Width and height in px of the reader's plate image."""

READER_MARGIN = (0.08, 0.2)
"""Surroundings kept around the quad, as shares of its width and height.

Of ten sides that the detector finds, one lies a twentieth to a tenth of the width, and a sixth of the height, inside
the plate. Of 210 held-out plates that it found, a reader trained with margins of 0.04 and 0.1 read 176 with these, and
187 with 0.08 and 0.2; of 779 to train on 729 and 741. Up to 0.12 and 0.26 the counts are level.
"""

READER_CONTRAST = (128.0, 52.0)
"""Mean and standard deviation of the middle of the reader's plate image, grey levels."""

READER_COLUMNS = 80
"""CTC columns: 40 of the upper line, then 40 of the lower."""

DETECTOR_SIZES = {"default": (640, 384), "small": (416, 256)}
"""Width and height in px of each detector's input."""
