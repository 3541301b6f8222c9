"""A person at work: eligibility, leases, submitted answers, pilot, work record."""
