import { describe, expect, it } from "vitest";
import { Refused } from "../../protocol/requests";
import { Elsewhere } from "./draft_sync";

function device(known: number[] = []) {
  const sent: unknown[] = [];
  const state = { answer: null as Error | null };
  let then: (() => void) | null = null;
  const elsewhere = new Elsewhere({
    url: "begun",
    known,
    post: async (_url, body) => {
      if (state.answer) throw state.answer;
      sent.push(body);
      return undefined as never;
    },
    wait: (_ms, next) => {
      then = next;
      return 1;
    },
  });
  return { elsewhere, sent, state, calm: () => then?.() };
}

const draft = (task: string, value: string, at = 1) => ({
  owner: "p demo",
  task,
  version: 1,
  drafts: { q: value },
  at,
});

describe("what is begun, for another device", () => {
  it("is sent once it is calm, the last state of each task alone", async () => {
    const { elsewhere, sent, calm } = device();

    elsewhere.keep(draft("7", "s"));
    elsewhere.keep(draft("7", "so", 2));
    calm();
    await Promise.resolve();

    expect(sent).toEqual([{ task: 7, version: 1, drafts: { q: "so" }, at: 2 }]);
  });

  it("is not sent where a task is answered before, and is taken back where it was", async () => {
    const { elsewhere, sent } = device([8]);

    elsewhere.keep(draft("7", "s"));
    elsewhere.drop("7");
    elsewhere.drop("8");
    await elsewhere.flush();

    expect(sent).toEqual([{ task: 8, version: 0, drafts: null, at: 0 }]);
  });

  it("waits for the network, and is let go where the server says no", async () => {
    const { elsewhere, sent, state } = device();
    state.answer = new TypeError("Failed to fetch");
    elsewhere.keep(draft("7", "s"));
    await elsewhere.flush();
    expect(elsewhere.lastWords()).toHaveLength(1);

    state.answer = new Refused(410, "lease-gone", "");
    await elsewhere.flush();

    expect(elsewhere.lastWords()).toEqual([]);
    expect(sent).toEqual([]);
  });

  it("leaves corrections on their device", () => {
    const { elsewhere } = device();

    elsewhere.keep(draft("7 again", "s"));

    expect(elsewhere.lastWords()).toEqual([]);
  });
});
