"""The law of each place: dated parameters in YAML, and their reader."""
