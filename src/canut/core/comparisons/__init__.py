"""Controlled comparisons of two presentations (A/B tests): plan, draw, guards, analysis."""
