"""Paid lessons: their folders read and checked, their items scored, their open cases marked."""
