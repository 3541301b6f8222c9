"""What is no test here: the clock that the served processes are given."""

collect_ignore = ["clock"]
