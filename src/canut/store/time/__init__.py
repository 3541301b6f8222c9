"""Measured working time: heartbeats, credited time, caps, claims, the day a person sees."""
