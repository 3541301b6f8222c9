"""The sample project and its simulated crowd, made through actions alone."""
