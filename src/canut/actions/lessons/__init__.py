"""Paid lessons: which there are, attempts, answers, pay, marks."""
