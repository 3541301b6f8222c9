"""Why a count of people misses click work."""
