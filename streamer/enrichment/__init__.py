"""What can be looked up about a reading after it is final."""
