/* A large file goes in parts: where the connection breaks, sending waits and goes on from the byte the
   server has, also after the page was closed and the same file chosen again. */

const PART = 4 * 1024 * 1024;
const TRIES = 12;
const LONGEST_WAIT = 30_000;

type Arrived = { token: string; offset: number; size: number };
/** What a try brought: how far the file is, that it is gone, or that the network failed. */
type Answer = Arrived | "gone" | "later" | "refused";

export type Transport = {
  /** Sends a request; null where no answer came. */
  send(
    method: string,
    url: string,
    offset: number | null,
    body: Blob | string | null,
    sent: (bytes: number) => void,
  ): Promise<{ status: number; body: unknown } | null>;
  wait(milliseconds: number): Promise<void>;
  /** Remembers the token of a file, so that another page goes on with it. */
  memory: Pick<Storage, "getItem" | "setItem" | "removeItem">;
};

/** Only what would hurt to send again goes in parts. */
export const isLarge = (file: File): boolean => file.size > PART;

export const nameOf = (file: File): string =>
  `upload ${file.name} ${file.size} ${file.lastModified}`;

function read(answer: { status: number; body: unknown } | null): Answer {
  if (answer === null || answer.status >= 500 || answer.status === 429) return "later";
  const body = answer.body as Partial<Arrived> & { facts?: { offset?: number } };
  if (answer.status < 300 && typeof body?.token === "string") return body as Arrived;
  if (answer.status === 404) return "gone";
  return answer.status === 409 ? "later" : "refused";
}

/** Sends a file and returns its token; an empty one where it did not arrive. */
export async function sendInParts(
  file: File,
  tell: (bytes: number, waits: boolean) => void,
  wire: Transport,
): Promise<string> {
  const name = nameOf(file);
  let token = wire.memory.getItem(name) ?? "";
  let offset = -1;
  let far = -1;
  let failed = 0;
  while (failed < TRIES) {
    const at = offset;
    const done = read(
      token === ""
        ? await wire.send(
            "POST",
            "/uploads/",
            null,
            JSON.stringify({ name: file.name, size: file.size }),
            () => {},
          )
        : at < 0
          ? await wire.send("GET", `/uploads/${token}`, null, null, () => {})
          : await wire.send("POST", `/uploads/${token}`, at, file.slice(at, at + PART), (bytes) =>
              tell(at + bytes, false),
            ),
    );
    if (done === "refused") return "";
    if (done === "gone") {
      wire.memory.removeItem(name);
      token = "";
      offset = -1;
      failed += 1;
    } else if (done === "later") {
      failed += 1;
      offset = -1;
      tell(Math.max(at, 0), true);
      await wire.wait(Math.min(LONGEST_WAIT, 500 * 2 ** failed));
    } else {
      token = done.token;
      wire.memory.setItem(name, token);
      if (done.offset > far) failed = 0;
      far = Math.max(far, done.offset);
      offset = done.offset;
      tell(offset, false);
      if (offset >= done.size) {
        wire.memory.removeItem(name);
        return token;
      }
    }
  }
  return "";
}

/** The wire of a page: XMLHttpRequest, which tells how much of a part has gone. */
export function transportFor(csrf: string): Transport {
  return {
    send: (method, url, offset, body, sent) =>
      new Promise((done) => {
        const request = new XMLHttpRequest();
        request.open(method, url);
        request.setRequestHeader("X-CSRFToken", csrf);
        request.setRequestHeader("Accept", "application/json");
        if (offset !== null) {
          request.setRequestHeader("Upload-Offset", String(offset));
          request.setRequestHeader("Content-Type", "application/offset+octet-stream");
        }
        request.upload.onprogress = ({ loaded }) => sent(loaded);
        request.timeout = 120_000;
        request.onload = () => {
          let body: unknown = null;
          try {
            body = JSON.parse(request.responseText);
          } catch {
            // an answer of somebody between us and the server
          }
          done({ status: request.status, body });
        };
        request.onerror = request.ontimeout = request.onabort = () => done(null);
        request.send(body);
      }),
    wait: (milliseconds) =>
      new Promise((done) => {
        setTimeout(done, milliseconds);
        addEventListener("online", () => done(), { once: true });
      }),
    memory: localStorage,
  };
}
