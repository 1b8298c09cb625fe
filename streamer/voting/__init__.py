"""Fusing a track's reads into one reading."""
