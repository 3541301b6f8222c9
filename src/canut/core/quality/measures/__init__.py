"""Measure agreement, accuracy on gold, and evidence of careless work."""
