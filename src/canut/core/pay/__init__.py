"""Money from the client's deposit to the worker's account: price, floor, funds, statement."""
