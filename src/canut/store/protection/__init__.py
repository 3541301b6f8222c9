"""Queries of risk and exposure."""
