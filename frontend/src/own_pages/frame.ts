/* The page between the workbench and a requester's page: it passes on the few messages both may send, a few a
   second, and fits the frame to the window. */
import "./frame.css";
import { MessageGate, readMessage } from "./messages";

const gate = new MessageGate();
const page = document.querySelector<HTMLIFrameElement>("#own-page");

window.addEventListener("message", (event) => {
  if (!page || !gate.lets(performance.now())) return;
  if (event.source === page.contentWindow) {
    const message = readMessage(event.data);
    if (message) window.parent.postMessage(message, window.location.origin);
  } else if (event.source === window.parent && event.origin === window.location.origin) {
    page.contentWindow?.postMessage(event.data, "*"); // the page's origin is opaque: no name for it
  }
});
