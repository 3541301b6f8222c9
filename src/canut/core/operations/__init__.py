"""What whoever runs an instance is told: what is not as it should be, and the next step."""
