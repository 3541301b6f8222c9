"""Work: eligibility, leases, submitted answers, pilot, work record."""
