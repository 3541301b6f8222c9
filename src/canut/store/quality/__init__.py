"""Queries of label quality: estimates, gold, reviews, flags."""
