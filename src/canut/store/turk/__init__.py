"""Reads of the Mechanical Turk interface: keys, HITs, assignments, qualifications."""
