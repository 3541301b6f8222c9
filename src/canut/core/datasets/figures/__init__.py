"""Figures of a card that log and data show."""
