"""A decision about a person: taken, explained, appealed, undone."""
