"""The tamper-evident log: its entries, the promise given for each, and the witnesses."""
