"""Labelled data, and how good the methods are on it."""
