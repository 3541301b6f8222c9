"""Measure Parquet and Arrow files before a library inflates them, from their own headers."""
