"""Plumbing that knows no subject: encryption, uploads, leader election, pacing of bulk writes."""
