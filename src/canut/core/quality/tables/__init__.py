"""Answers as arrays: read, coded, sorted by task, cut into shards."""
