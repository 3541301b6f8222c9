"""Queries of comparisons: who sees what, people's scores, planted wrong proposals."""
