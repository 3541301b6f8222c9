"""Infrastructure: encryption keys, durable files, transient errors, the instance."""
