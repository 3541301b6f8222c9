"""Decisions about people: made, explained, appealed, undone."""
