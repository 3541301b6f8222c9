"""The addresses that old programs have fixed, and how a call says which of them was signed.

A signature with a key of Canut is good for neither of them, so nothing is given away.
"""

LIVE_HOST = "mturk-requester.us-east-1.amazonaws.com"
SANDBOX_HOST = "mturk-requester-sandbox.us-east-1.amazonaws.com"
FIXED_HOSTS = (LIVE_HOST, SANDBOX_HOST)
SIGNED_HOST, SIGNED_PATH = "x-canut-signed-host", "x-canut-signed-path"
