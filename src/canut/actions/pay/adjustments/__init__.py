"""What is paid besides the prices of answers: bonuses."""
