"""Figures that others counted: described data packages, their checks, their grade, and bounds."""
