// Check a signed webhook with the JavaScript library of Standard Webhooks; refuse a changed one.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { body, headers, secret } = JSON.parse(readFileSync(`${process.argv[2]}/webhook.json`));
const now = Number(headers["webhook-timestamp"]) * 1000;
const receiver = new Webhook(secret);

function isTaken(text, changed, later = 0) {
  const clock = Date.now;
  Date.now = () => now + later;
  try {
    receiver.verify(text, { ...headers, ...changed });
    return true;
  } catch {
    return false;
  } finally {
    Date.now = clock;
  }
}

const told = [
  isTaken(body, {}),
  isTaken(body.replace("1", "2"), {}),
  isTaken(body, { "webhook-id": "msg_other" }),
  isTaken(body, {}, 3_600_000),
];
if (told.join() !== "true,false,false,false") {
  console.error(`standardwebhooks says ${told}`);
  process.exit(1);
}
