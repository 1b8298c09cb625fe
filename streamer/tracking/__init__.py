"""Following plates over frames."""
