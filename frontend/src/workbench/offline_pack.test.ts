import { describe, expect, it } from "vitest";
import { data, open, settled, task, world } from "../../test/server";
import { type Post, Refused } from "../protocol/requests";
import { OfflinePack, picturesOf } from "./offline_pack";

const urls = { ...data().urls, pack: "pack" };
const pageData = () => data({ urls, pack: { tasks: 40, hours: 12 } });

async function packing(reply: () => unknown, pictures: string[] = []) {
  const { session, outbox } = await open(pageData());
  const requests: unknown[] = [];
  const post: Post = async (url, body) => {
    requests.push([url, body]);
    return reply() as never;
  };
  const options = {
    session,
    data: pageData(),
    post,
    changed: () => undefined,
    keep: async (all: readonly string[]) => void pictures.push(...all),
    now: () => world.now,
  };
  return { pack: new OfflinePack(options, null), session, outbox, requests };
}

const taskWithPicture = (lease: number) =>
  task(lease, {
    show: [{ as: "image", url: `/p${lease}`, raw: "", width: 9, height: 9, alt: "" }],
  });
const packReply = (leases: number[]) => ({
  tasks: leases.filter((lease) => lease > 4).map(taskWithPicture),
  left: true,
  server_ms: 0,
  until_ms: world.now + 43_200_000,
  leases,
  cut: false,
});

describe("a pack", () => {
  it("joins what is in hand, with its pictures", async () => {
    const pictures: string[] = [];
    const { pack, session, requests } = await packing(
      () => packReply([1, 2, 3, 4, 5, 6]),
      pictures,
    );

    await pack.take(6);

    expect(requests).toEqual([["pack", { count: 6, have: [1, 2, 3, 4], question_version: 1 }]]);
    expect(session.held).toEqual([1, 2, 3, 4, 5, 6]);
    expect(pack.left).toBe(6);
    expect(pack.holds(5)).toBe(true);
    expect(pictures).toEqual(["/p5", "/p6"]);
  });

  it("grows shorter with each answer, and ends with its time", async () => {
    const { pack, session, outbox } = await packing(() => packReply([1, 2, 3, 4]));
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
    const first = taskWithPicture(1);
    const cells = { a: first.show[0] as (typeof first.show)[number] };

    expect(picturesOf([first, { ...taskWithPicture(2), cells }, null])).toEqual(["/p1", "/p2"]);
  });
});
