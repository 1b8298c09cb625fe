"""Where frames come from: sources, the frame queue and the capture thread."""
