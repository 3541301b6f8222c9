"""Diagnose an instance for its operator: what is wrong, and the next step."""
