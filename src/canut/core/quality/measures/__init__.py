"""Measure agreement, accuracy on gold tasks, and evidence of careless work."""
