"""Evaluate the register of rules, and let people take on and comment what it shows."""
