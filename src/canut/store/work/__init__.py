"""Queries of work: eligibility, answers, pilots, work records."""
