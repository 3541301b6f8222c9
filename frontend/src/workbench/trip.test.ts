import { expect, test, vi } from "vitest";
import { open, settled, task, valuesOf, world } from "../../test/server";

/** Answers of somebody who is at it, each acknowledged before the next. */
async function answer(
  { session, outbox }: Awaited<ReturnType<typeof open>>,
  values: string,
): Promise<void> {
  for (const value of values) {
    await session.answer(valuesOf(value));
    await settled(outbox);
  }
}

test("one trip a task: the next ones come with a receipt, once half of them are answered", async () => {
  world.along = [];
  const opened = await open();
  const { session } = opened;

  await answer(opened, "a");
  expect(world.along).toEqual([]);
  world.lend = [task(5), task(6)];
  await answer(opened, "b");
  await vi.waitFor(() => expect(session.queue.map(({ lease }) => lease)).toEqual([4, 5, 6]));
  world.lend = [task(7), task(8)];
  await answer(opened, "ab");

  await vi.waitFor(() => expect(session.queue.map(({ lease }) => lease)).toEqual([6, 7, 8]));
  expect(world.along).toEqual([
    { count: 4, have: [2, 3, 4], question_version: 1 },
    { count: 4, have: [4, 5, 6], question_version: 1 },
  ]);
  expect(world.asked).toEqual([]);
});

test.each(["problem", "unknown"] as const)(
  "where no tasks come with the receipt (%s) they are asked for apart",
  async (next) => {
    world.along = [];
    world.next = next;
    world.lend = [task(5), task(6)];
    const opened = await open();

    await answer(opened, "ab");

    const { session } = opened;
    await vi.waitFor(() => expect(session.queue.map(({ lease }) => lease)).toEqual([4, 5, 6]));
    expect(world.asked.map(({ count }) => count)).toEqual([4]);
  },
);

test("without a way to the server tasks are asked for apart, and again once it is back", async () => {
  world.along = [];
  world.down = true;
  const { session, outbox } = await open();
  await session.answer(valuesOf("a"));
  await session.answer(valuesOf("b"));
  await vi.waitFor(() => expect(session.offline).toBe(true));

  world.down = false;
  world.lend = [task(5), task(6)];
  await outbox.retry();

  await vi.waitFor(() => expect(session.queue.map(({ lease }) => lease)).toEqual([4, 5, 6]));
  expect(session.offline).toBe(false);
});
