"""Queries of the Portrait."""
