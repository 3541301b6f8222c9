"""Invite lists, keep pools, publish on the board, send people to studies on other sites."""
