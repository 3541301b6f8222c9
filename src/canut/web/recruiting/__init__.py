"""Pages of ways to people: lists, pools, the board, qualifications."""
