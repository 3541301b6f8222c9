import { beforeEach, expect, test, vi } from "vitest";
import type { Beat } from "../protocol/beats";
import { announceSignOut, clearSignOut, onSignOut, UnsentBeats } from "./unsent_beats";

const beat = (session: string, seq: number): Beat => ({
  session,
  seq,
  mono_ms: seq * 15_000,
  visible: true,
  focused: true,
  surface: "account",
  buckets: [],
  media_ms: 0,
  previous: "",
});

beforeEach(() => localStorage.clear());

test("beats of a page that closed are sent by the next one", async () => {
  new UnsentBeats("7", async () => "later").keep(beat("first", 0));
  const sent: Beat[][] = [];

  await new UnsentBeats("7", async (beats) => {
    sent.push(beats);
    return "kept";
  }).flush();

  expect(sent).toEqual([[beat("first", 0)]]);
  expect(localStorage.length).toBe(0);
});

test("another person's beats on this device stay where they are", async () => {
  new UnsentBeats("7", async () => "later").keep(beat("first", 0));
  const send = vi.fn(async () => "kept" as const);

  await new UnsentBeats("8", send).flush();

  expect(send).not.toHaveBeenCalled();
  expect(localStorage.length).toBe(1);
});

test("without a network they stay, and go later", async () => {
  const answers = ["later", "kept"] as const;
  let call = 0;
  const unsent = new UnsentBeats("7", async () => answers[call++] ?? "kept");
  unsent.keep(beat("a", 0));
  await unsent.flush();
  expect(unsent.of("a")).toHaveLength(1);

  await unsent.flush();

  expect(unsent.of("a")).toHaveLength(0);
});

test("a session that is refused does not hold back another", async () => {
  const sent: string[] = [];
  const unsent = new UnsentBeats("7", async (beats) => {
    sent.push(beats[0]?.session ?? "");
    return beats[0]?.session === "foreign" ? "refused" : "kept";
  });
  unsent.keep(beat("foreign", 0));
  unsent.keep(beat("own", 0));

  await unsent.flush();

  expect(sent.sort()).toEqual(["foreign", "own"]);
  expect(localStorage.length).toBe(0);
});

test("after the server says that nobody is signed in, nothing more is sent", async () => {
  const send = vi.fn(async () => "signed-out" as const);
  const unsent = new UnsentBeats("7", send);
  unsent.keep(beat("a", 0));
  await unsent.flush();

  await unsent.flush();

  expect(send).toHaveBeenCalledTimes(1);
  expect(unsent.of("a")).toHaveLength(1);
});

test("signing out in one page is heard in the others", () => {
  const heard = vi.fn();
  onSignOut(heard);
  announceSignOut();

  dispatchEvent(new StorageEvent("storage", { key: "canut-signed-out", newValue: "1" }));
  clearSignOut();
  dispatchEvent(new StorageEvent("storage", { key: "canut-signed-out", newValue: null }));

  expect(heard).toHaveBeenCalledTimes(1);
});
