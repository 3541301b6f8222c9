"""Tables of the Mechanical Turk interface."""
