"""The endpoint of the Mechanical Turk interface, and what people see of it."""
