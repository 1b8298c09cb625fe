"""streamer reads number plates from a camera or a file: one correct reading for each vehicle."""

__version__ = "0.1.0"
