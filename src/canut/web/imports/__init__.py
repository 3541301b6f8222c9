"""Imports: rows, media and pre-labels, from any format."""
