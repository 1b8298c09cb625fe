"""Finding plates in a frame."""
