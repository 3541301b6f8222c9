"""The public statistics of the trade, released each quarter."""
