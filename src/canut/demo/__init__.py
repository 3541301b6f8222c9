"""The sample project and its simulated crowd, created through actions only."""
