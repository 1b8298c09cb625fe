"""What the networks take and give: sizes that training, export and the cards agree on."""

READER_WH = (160, 64)
"""Width and height in px of the reader's plate image."""

READER_MARGIN = (0.04, 0.1)
"""Surroundings kept around the quad, as shares of its width and height."""

READER_CONTRAST = (128.0, 52.0)
"""Mean and standard deviation of the middle of the reader's plate image, grey levels."""

READER_COLUMNS = 80
"""CTC columns: 40 of the upper line, then 40 of the lower."""

DETECTOR_SIZES = {"default": (640, 384), "small": (416, 256)}
"""Width and height in px of each detector's input."""
