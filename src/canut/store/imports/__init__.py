"""Queries of imports: rows, media and pre-labels."""
