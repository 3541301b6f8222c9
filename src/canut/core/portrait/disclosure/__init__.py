"""Disclosure control of releases: its rules, and the attacks that every release must withstand."""
