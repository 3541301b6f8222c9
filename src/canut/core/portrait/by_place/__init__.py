"""What statements say of the place of work, and the sentences about it."""
