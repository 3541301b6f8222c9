"""Choose which task comes next, and decide when a task has enough answers."""
