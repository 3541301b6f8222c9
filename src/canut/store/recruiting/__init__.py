"""Lists of contacts, pools, the board, qualifications. Reads only."""
