"""Check a signed webhook with the library of Standard Webhooks; refuse a changed one."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import standardwebhooks.webhooks as library

delivery = json.loads((Path(sys.argv[1]) / "webhook.json").read_bytes())
body, headers = delivery["body"], delivery["headers"]
sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
receiver = library.Webhook(delivery["secret"])


def is_taken(text: str, changed: dict[str, str], after: timedelta = timedelta(0)) -> bool:
    with patch.object(library, "datetime", wraps=datetime) as clock:
        clock.now.return_value = sent + after
        try:
            receiver.verify(text, headers | changed)
        except library.WebhookVerificationError:
            return False
    return True


told = {
    "as sent": is_taken(body, {}),
    "another body": is_taken(body.replace("1", "2"), {}),
    "another identifier": is_taken(body, {"webhook-id": "msg_other"}),
    "an hour later": is_taken(body, {}, timedelta(hours=1)),
}
if told != {"as sent": True} | dict.fromkeys(list(told)[1:], False):
    sys.exit(f"standardwebhooks says {told}")
