"""Pictures and sound: where their bytes lie, and the addresses that serve them."""
