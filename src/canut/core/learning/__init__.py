"""Models that learn from labels: their interface, their quality, and which tasks they take over."""
