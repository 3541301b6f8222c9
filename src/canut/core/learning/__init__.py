"""Models that learn from labels: what one must offer, how good it is, what it may take over."""
