"""Pages of comparisons: the requester's, and the worker's."""
