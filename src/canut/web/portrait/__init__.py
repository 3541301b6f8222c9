"""The public statistics of click work, released each quarter."""
