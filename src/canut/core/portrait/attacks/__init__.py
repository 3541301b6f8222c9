"""Attacks on a whole release, run before it is signed."""
