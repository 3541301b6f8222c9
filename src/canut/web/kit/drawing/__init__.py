"""Drawings of pages and documents: measures with intervals, codes for phones, accessible PDF."""
