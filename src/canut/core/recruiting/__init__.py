"""Ways to people: lists of contacts, pools, the board, and studies on other sites."""
