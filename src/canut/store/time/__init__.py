"""Queries of measured time and claims."""
