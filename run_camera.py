#!/usr/bin/env python3
"""The front door: `python run_camera.py SOURCE …` is `streamer run SOURCE …`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from streamer.cli import main

if __name__ == "__main__":
    sys.exit(main(["run", *sys.argv[1:]]))
