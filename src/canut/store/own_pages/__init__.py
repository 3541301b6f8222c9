"""Own pages of requesters, and leases as a page sees them. Reads only."""
