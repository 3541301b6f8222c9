"""The requester interface of Mechanical Turk: signatures, shapes, states, answers as XML."""
