import { describe, expect, it } from "vitest";
import { data, open, settled, task, world } from "../../test/server";
import { type Post, Refused } from "../protocol/requests";
import { OfflinePack, picturesOf } from "./offline_pack";

const urls = { ...data().urls, pack: "pack" };
const given = () => data({ urls, pack: { tasks: 40, hours: 12 } });

async function packing(reply: () => unknown, kept: string[] = []) {
  const { session, outbox } = await open(given());
  const asked: unknown[] = [];
  const post: Post = async (url, body) => {
    asked.push([url, body]);
    return reply() as never;
  };
  const options = {
    session,
    data: given(),
    post,
    changed: () => undefined,
    keep: async (all: readonly string[]) => void kept.push(...all),
    now: () => world.now,
  };
  return { pack: new OfflinePack(options, null), session, outbox, asked };
}

const seen = (lease: number) =>
  task(lease, {
    show: [{ as: "image", url: `/p${lease}`, raw: "", width: 9, height: 9, alt: "" }],
  });
const lent = (leases: number[]) => ({
  tasks: leases.filter((lease) => lease > 4).map(seen),
  left: true,
  server_ms: 0,
  until_ms: world.now + 43_200_000,
  leases,
  cut: false,
});

describe("a pack", () => {
  it("joins what is in hand, with its pictures", async () => {
    const kept: string[] = [];
    const { pack, session, asked } = await packing(() => lent([1, 2, 3, 4, 5, 6]), kept);

    await pack.take(6);

    expect(asked).toEqual([["pack", { count: 6, have: [1, 2, 3, 4], question_version: 1 }]]);
    expect(session.held).toEqual([1, 2, 3, 4, 5, 6]);
    expect(pack.left).toBe(6);
    expect(pack.holds(5)).toBe(true);
    expect(kept).toEqual(["/p5", "/p6"]);
  });

  it("grows shorter with each answer, and ends with its time", async () => {
    const { pack, session, outbox } = await packing(() => lent([1, 2, 3, 4]));
    await pack.take(4);

    await session.answer({ q: "oui" });
    await settled(outbox);
    expect(pack.left).toBe(3);

    world.now += 43_200_001;
    expect(pack.left).toBe(0);
    expect(pack.holds(2)).toBe(false);
  });

  it("is refused in the server's words, and what is in hand stays", async () => {
    const { pack, session } = await packing(() => {
      throw new Refused(422, "pack-count", "Trop de tâches");
    });

    await pack.take(99);

    expect(pack.refusal).toBe("Trop de tâches");
    expect(session.held).toEqual([1, 2, 3, 4]);
    expect(pack.left).toBe(0);
  });

  it("shows each picture once, those of cells too", () => {
    const one = seen(1);
    const cells = { a: one.show[0] as (typeof one.show)[number] };

    expect(picturesOf([one, { ...seen(2), cells }, null])).toEqual(["/p1", "/p2"]);
  });
});
