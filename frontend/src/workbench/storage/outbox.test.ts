import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Refused } from "../../protocol/requests";
import type { SubmittedAnswer, Task } from "../../protocol/workbench";
import { type DeviceStore, openStore, type QueuedMessage } from "./device_db";
import { Outbox } from "./outbox";

type Sent = {
  url: string;
  body: { answers?: SubmittedAnswer[]; beats?: unknown[]; lease?: number };
};
type Server = (sent: Sent) => unknown;

let owner = 0;
const urls = { answers: "answers", skip: "skip", flag: "flag", ask: "ask", beats: "beats" };

const task = (lease: number): Task => ({
  lease,
  task: lease,
  key: `000${lease}`,
  show: [],
  practice: false,
  lent_ms: 0,
  expires_ms: 900_000,
  question_version: 1,
  help: null,
});

let at = 0;
const message = (key: string, more: Partial<QueuedMessage> = {}): QueuedMessage => {
  at += 1;
  return {
    key,
    owner: `p${owner} demo`,
    at,
    kind: "answer",
    task: task(at),
    values: { q: "7" },
    version: 1,
    replaces: null,
    reason: "",
    text: "",
    ...more,
  };
};

const receipts: Server = ({ body }) => ({
  receipts: (body.answers ?? []).map(({ key }) => ({ key })),
});

async function setUp(
  server: { now: Server },
  more: Partial<ConstructorParameters<typeof Outbox>[0]> = {},
) {
  const store = await openStore(`p${owner} demo`);
  const sent: Sent[] = [];
  const waits: (() => void)[] = [];
  const outbox = new Outbox({
    beatsAloneMs: 120_000,
    store,
    urls,
    post: async <T>(url: string, body: unknown) => {
      const request = { url, body } as Sent;
      sent.push(structuredClone(request));
      return server.now(request) as T;
    },
    wait: (_ms, then) => void waits.push(then),
    ...more,
  });
  await outbox.open();
  return { store, outbox, sent, waits };
}

const offline: Server = () => {
  throw new TypeError("Failed to fetch");
};

const quiet = async (outbox: Outbox) => {
  await vi.waitFor(async () => {
    await outbox.flush();
    expect(outbox.waiting).toEqual([]);
  });
};

beforeEach(() => {
  owner += 1;
});

describe("keeping and sending", () => {
  test("an answer is on the device before it is sent, and gone once acknowledged", async () => {
    let onDisk: QueuedMessage[] = [];
    const server: { now: Server } = { now: receipts };
    const setup = await setUp(server);
    server.now = async (sent) => {
      onDisk = await setup.store.all();
      return receipts(sent);
    };

    await setup.outbox.add(message("a"));
    await quiet(setup.outbox);

    expect(onDisk.map(({ key }) => key)).toEqual(["a"]);
    expect(await setup.store.all()).toEqual([]);
  });

  test("offline, answers wait in order and go by themselves in one request", async () => {
    const server = { now: offline };
    const { outbox, sent, waits } = await setUp(server);
    for (const key of ["a", "b", "c"]) await outbox.add(message(key));
    await vi.waitFor(() => expect(waits.length).toBeGreaterThan(0));
    expect(outbox.trouble).toBe("offline");
    server.now = receipts;

    waits.at(-1)?.();
    await quiet(outbox);

    expect(sent.at(-1)?.body.answers?.map(({ key }) => key)).toEqual(["a", "b", "c"]);
    expect(outbox.trouble).toBe("");
  });

  test("answers that come too fast wait, and none is lost", async () => {
    const tooMany: Server = () => {
      throw new Refused(429, "work-rate", "Too many requests");
    };
    const server = { now: tooMany };
    const { outbox, sent, store, waits } = await setUp(server);
    for (const key of ["a", "b", "c"]) await outbox.add(message(key));
    await vi.waitFor(() => expect(waits.length).toBeGreaterThan(0));
    expect((await store.all()).map(({ key }) => key)).toEqual(["a", "b", "c"]);
    server.now = receipts;

    waits.at(-1)?.();
    await quiet(outbox);

    expect(sent.at(-1)?.body.answers?.map(({ key }) => key)).toEqual(["a", "b", "c"]);
    expect(outbox.trouble).toBe("");
    expect(await store.refused()).toEqual([]);
  });

  test("at most twenty answers travel together", async () => {
    const server = { now: offline };
    const { outbox, sent } = await setUp(server);
    for (let i = 0; i < 45; i += 1) await outbox.add(message(`k${i}`));
    server.now = receipts;

    await outbox.retry();
    await quiet(outbox);

    const sizes = sent.map(({ body }) => body.answers?.length ?? 0).slice(-3);
    expect(sizes).toEqual([20, 20, 5]);
  });

  test("what an earlier visit left is sent by the next, with the same keys", async () => {
    const first = await setUp({ now: offline });
    await first.outbox.add(message("old"));

    const next = await setUp({ now: receipts });
    await quiet(next.outbox);

    expect(next.sent[0]?.body.answers?.[0]?.key).toBe("old");
  });

  test("another person on the same device neither sees nor sends it", async () => {
    const first = await setUp({ now: offline });
    await first.outbox.add(message("mine"));
    owner += 1;

    const other = await setUp({ now: receipts });
    await other.outbox.flush();

    expect(other.outbox.waiting).toEqual([]);
    expect(other.sent).toEqual([]);
  });

  test("skips and flags keep their place between answers", async () => {
    const server = { now: offline };
    const { outbox, sent } = await setUp(server);
    await outbox.add(message("a"));
    await outbox.add(message("s", { kind: "skip", reason: "not-sure" }));
    await outbox.add(message("b"));
    const before = sent.length;
    server.now = receipts;

    await outbox.retry();
    await quiet(outbox);

    expect(sent.slice(before).map(({ url }) => url)).toEqual(["answers", "skip", "answers"]);
  });
});

describe("what may change, and what is refused", () => {
  test("an answer that has not left is changed in place", async () => {
    const server = { now: offline };
    const { outbox, sent, store } = await setUp(server);
    await outbox.add(message("a"));
    await vi.waitFor(() => expect(outbox.isHere("a")).toBe(true));

    expect(await outbox.replace("a", { values: { q: "1" }, version: 1 })).toBe(true);
    expect((await store.all()).map(({ values }) => values)).toEqual([{ q: "1" }]);
    server.now = receipts;
    await outbox.retry();
    await quiet(outbox);

    expect(sent.at(-1)?.body.answers).toMatchObject([{ key: "a", values: { q: "1" } }]);
  });

  test("one on its way is not", async () => {
    let arrive: (value: unknown) => void = () => undefined;
    const server: { now: Server } = {
      now: () =>
        new Promise((done) => {
          arrive = done;
        }),
    };
    const { outbox } = await setUp(server);
    await outbox.add(message("a"));

    await vi.waitFor(() => expect(outbox.isHere("a")).toBe(false));
    expect(await outbox.replace("a", { values: { q: "1" }, version: 1 })).toBe(false);

    arrive({ receipts: [{ key: "a" }] });
    await quiet(outbox);
  });

  test("a receipt that says no is kept aside with the server's words", async () => {
    const server: { now: Server } = {
      now: ({ body }) => ({
        receipts: (body.answers ?? []).map(({ key }) => ({
          key,
          ...(key === "b" ? { problem: { code: "conflict", title: "Trop tard." } } : {}),
        })),
      }),
    };
    const { outbox, store } = await setUp(server);
    await outbox.add(message("a"));
    await outbox.add(message("b"));
    await quiet(outbox);

    expect(outbox.notAccepted.map(({ key, title }) => [key, title])).toEqual([["b", "Trop tard."]]);
    await outbox.forgetRefused();
    expect(await store.refused()).toEqual([]);
  });

  test("one wrong answer in a batch does not hold the others back", async () => {
    const server = { now: offline };
    const { outbox } = await setUp(server);
    for (const key of ["a", "bad", "c"]) await outbox.add(message(key));
    server.now = (sent) => {
      if (sent.body.answers?.some(({ key }) => key === "bad")) throw new Refused(422, "x", "Non.");
      return receipts(sent);
    };

    await outbox.retry();
    await quiet(outbox);

    expect(outbox.notAccepted.map(({ key }) => key)).toEqual(["bad"]);
  });

  test("signed out: everything is kept, nothing is retried until the person is back", async () => {
    const server: { now: Server } = {
      now: () => {
        throw new Refused(401, "signed-out", "");
      },
    };
    const renew = vi.fn(async () => true);
    const { outbox, waits, store } = await setUp(server, { renew });
    await outbox.add(message("a"));
    await vi.waitFor(() => expect(outbox.trouble).toBe("signed-out"));
    expect(waits).toEqual([]);
    expect((await store.all()).length).toBe(1);
    server.now = receipts;

    await outbox.retry();
    await quiet(outbox);

    expect(renew).toHaveBeenCalledOnce();
    expect(outbox.trouble).toBe("");
  });

  test("someone else signing in sends nothing of ours", async () => {
    const server: { now: Server } = {
      now: () => {
        throw new Refused(401, "signed-out", "");
      },
    };
    const { outbox, sent } = await setUp(server, { renew: async () => false });
    await outbox.add(message("a"));
    await vi.waitFor(() => expect(outbox.trouble).toBe("signed-out"));
    const before = sent.length;

    await outbox.retry();

    expect(sent.length).toBe(before);
    expect(outbox.waiting.length).toBe(1);
  });

  test.each([
    ["gone with the session", () => Promise.reject(new Refused(401, "signed-out", ""))],
    ["another person's", () => Promise.resolve(false)],
  ])("a token that is %s asks to sign in again", async (_, renew) => {
    const server: { now: Server } = {
      now: () => {
        throw new Refused(403, "csrf", "");
      },
    };
    const { outbox, waits } = await setUp(server, { renew });

    await outbox.add(message("a"));

    await vi.waitFor(() => expect(outbox.trouble).toBe("signed-out"));
    expect(waits).toEqual([]);
    expect(outbox.waiting.length).toBe(1);
  });

  test.each(["beat-session", "beat-project", "beat-lease"])(
    "beats refused as %s are let go, and hold back nothing",
    async (code) => {
      const server: { now: Server } = {
        now: (sent) => {
          if (sent.body.beats?.length) throw new Refused(403, code, "Non.");
          return receipts(sent);
        },
      };
      const { outbox, store } = await setUp(server);
      const beat = { seq: 0, mono_ms: 1, visible: true, focused: true, surface: "queue" };
      await store.putBeat({ ...beat, session: "old", buckets: [], media_ms: 0, previous: "" });
      vi.setSystemTime(Date.now() + 60_000);

      await outbox.add(message("a"));

      await vi.waitFor(() => expect(outbox.waiting).toEqual([]));
      expect(await store.beats(10)).toEqual([]);
    },
  );

  test("an answer never pays for the beats that travel with it", async () => {
    const server: { now: Server } = {
      now: (sent) => {
        if (sent.body.beats?.length) throw new Refused(422, "beats", "Non.");
        return receipts(sent);
      },
    };
    const { outbox, store } = await setUp(server);
    await store.putBeat({
      session: "s",
      seq: 0,
      mono_ms: 1,
      visible: true,
      focused: true,
      surface: "queue",
      buckets: [],
      media_ms: 0,
      previous: "",
    });

    await outbox.add(message("a"));
    await quiet(outbox);

    expect(outbox.notAccepted).toEqual([]);
  });
});

describe("two tabs", () => {
  test("what the other tab has sent is not sent again", async () => {
    const first = await setUp({ now: offline });
    await first.outbox.add(message("a"));
    const second = await setUp({ now: receipts });
    await quiet(second.outbox);
    const before = first.sent.length;

    await first.outbox.retry();

    expect(first.outbox.waiting).toEqual([]);
    expect(first.sent.length).toBe(before);
  });

  test("an answer whose writing failed is still sent", async () => {
    const { outbox, sent } = await setUp({ now: receipts }, { store: await broken() });

    await outbox.add(message("a"));
    await vi.waitFor(() => expect(sent.length).toBe(1));

    expect(sent[0]?.body.answers?.[0]?.key).toBe("a");
  });

  async function broken(): Promise<DeviceStore> {
    const store = await openStore(`p${owner} demo`);
    return { ...store, put: () => Promise.reject(new Error("QuotaExceededError")) };
  }
});
