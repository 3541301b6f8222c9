"""Answers as arrays: read, coded, sorted by task, and split into shards."""
