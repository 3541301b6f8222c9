"""Decide which task comes next, and when a task has answers enough."""
