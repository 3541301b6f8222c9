"""The 39 operations of the Mechanical Turk interface, on projects, tasks, leases and answers."""
