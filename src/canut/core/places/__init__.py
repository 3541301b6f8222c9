"""The law of each jurisdiction: dated parameters in YAML, and their reader."""
