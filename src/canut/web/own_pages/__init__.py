"""Own pages of requesters: the frame around one, the page itself, and what it sends."""
