"""Rows of text in and out: CSV, JSON lines, Parquet, folders and zips with media."""
