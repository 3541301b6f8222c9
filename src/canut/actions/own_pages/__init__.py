"""Own pages: store one, give it to tasks, open a seat for a lease, receive what a page sends."""
