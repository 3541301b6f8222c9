import { describe, expect, it } from "vitest";
import { Refused } from "../../protocol/requests";
import { DraftSync } from "./draft_sync";

function device(knownTasks: number[] = []) {
  const sent: unknown[] = [];
  const state = { answer: null as Error | null };
  let then: (() => void) | null = null;
  const draftSync = new DraftSync({
    url: "begun",
    known: knownTasks,
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
  return { elsewhere: draftSync, sent, state, calm: () => then?.() };
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
    const { elsewhere: draftSync, sent, calm } = device();

    draftSync.keep(draft("7", "s"));
    draftSync.keep(draft("7", "so", 2));
    calm();
    await Promise.resolve();

    expect(sent).toEqual([{ task: 7, version: 1, drafts: { q: "so" }, at: 2 }]);
  });

  it("is not sent where a task is answered before, and is taken back where it was", async () => {
    const { elsewhere: draftSync, sent } = device([8]);

    draftSync.keep(draft("7", "s"));
    draftSync.drop("7");
    draftSync.drop("8");
    await draftSync.flush();

    expect(sent).toEqual([{ task: 8, version: 0, drafts: null, at: 0 }]);
  });

  it("waits where the server is asked too often", async () => {
    const { elsewhere: draftSync, sent, state } = device();
    state.answer = new Refused(429, "work-rate", "");
    draftSync.keep(draft("7", "s"));
    await draftSync.flush();
    state.answer = null;

    await draftSync.flush();

    expect(sent).toEqual([{ task: 7, version: 1, drafts: { q: "s" }, at: 1 }]);
  });

  it("waits for the network, and is let go where the server says no", async () => {
    const { elsewhere: draftSync, sent, state } = device();
    state.answer = new TypeError("Failed to fetch");
    draftSync.keep(draft("7", "s"));
    await draftSync.flush();
    expect(draftSync.lastWords()).toHaveLength(1);

    state.answer = new Refused(410, "lease-gone", "");
    await draftSync.flush();

    expect(draftSync.lastWords()).toEqual([]);
    expect(sent).toEqual([]);
  });

  it("leaves corrections on their device", () => {
    const { elsewhere: draftSync } = device();

    draftSync.keep(draft("7 again", "s"));

    expect(draftSync.lastWords()).toEqual([]);
  });
});
