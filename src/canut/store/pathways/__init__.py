"""Openings, followed pathways and destinations. Reads only."""
