"""Decisions about people: taken, explained, appealed, undone."""
