"""Exported label files, and published datasets with their labour card."""
