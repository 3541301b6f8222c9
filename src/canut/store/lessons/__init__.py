"""Reads of paid lessons: attempts, cases that wait for a mark, reviews of texts."""
