"""Exports: label files in any format, and published datasets with their labour card."""
