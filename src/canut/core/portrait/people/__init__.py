"""What the Portrait tells of people over time: learning, tenure, and where they went."""
