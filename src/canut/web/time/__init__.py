"""Measured working time: heartbeats, credited time, caps, claims, a person's day."""
