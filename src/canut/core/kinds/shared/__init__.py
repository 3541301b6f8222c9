"""Helpers of several kinds of question: fields, merging, marked items."""
