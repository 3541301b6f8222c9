import { expect, test, vi } from "vitest";
import { open, settled, task, valuesOf, world } from "../../test/server";

test("one trip a task: the next one comes with the receipt", async () => {
  world.along = [];
  world.lend = [task(5)];
  const { session, outbox } = await open();

  await session.answer(valuesOf("a"));
  await settled(outbox);
  world.lend = [task(6)];
  await session.answer(valuesOf("b"));
  await settled(outbox);

  await vi.waitFor(() => expect(session.queue.map(({ lease }) => lease)).toEqual([4, 5, 6]));
  expect(world.along).toEqual([
    { count: 4, have: [1, 2, 3, 4], question_version: 1 },
    { count: 4, have: [2, 3, 4, 5], question_version: 1 },
  ]);
  expect(world.asked).toEqual([]);
});

test.each(["problem", "unknown"] as const)(
  "where no tasks come with the receipt (%s) they are asked for apart",
  async (next) => {
    world.along = [];
    world.next = next;
    world.lend = [task(5)];
    const { session, outbox } = await open();

    await session.answer(valuesOf("a"));
    await settled(outbox);

    await vi.waitFor(() => expect(session.queue.map(({ lease }) => lease)).toEqual([3, 4, 5]));
    expect(world.asked.map(({ count }) => count)).toEqual([4]);
  },
);

test("without a way to the server tasks are asked for apart, and again once it is back", async () => {
  world.along = [];
  world.down = true;
  const { session, outbox } = await open();
  await session.answer(valuesOf("a"));
  await vi.waitFor(() => expect(session.offline).toBe(true));

  world.down = false;
  world.lend = [task(5)];
  await outbox.retry();

  await vi.waitFor(() => expect(session.queue.map(({ lease }) => lease)).toEqual([3, 4, 5]));
  expect(session.offline).toBe(false);
});
