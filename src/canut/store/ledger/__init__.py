"""Queries of the tamper-evident log."""
