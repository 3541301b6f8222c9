import { expect, test, vi } from "vitest";
import { data, open, settled, task, valuesOf, world } from "../../test/server";

test("the next task is in view at once, without the network", async () => {
  world.down = true;
  const { session } = await open();

  await session.answer(valuesOf("a"));

  expect(session.current?.lease).toBe(2);
  expect(session.queue.map(({ lease }) => lease)).toEqual([3, 4]);
  expect(session.screen).toBe("task");
});

test("offline, the prefetched tasks go on to the last, then it says that it looks for more", async () => {
  world.down = true;
  const { session, outbox } = await open();

  for (const value of ["a", "b", "a", "b"]) await session.answer(valuesOf(value));

  expect(session.screen).toBe("looking");
  expect(outbox.waiting.length).toBe(4);
  expect(session.done).toBe(8);
});

test("hours that are paid count in what was earned while one works", async () => {
  world.down = true;
  const rate = { piece_micro: 0, by_hour_micro: 18_000_000, currency: "CAD" };
  const { session } = await open(data({ rate }));
  world.now += 8_000;

  await session.answer(valuesOf("a"));

  expect(session.elapsedMs).toBe(68_000);
  expect(session.earnedMicro).toBe(1_040_000);
});

test("answers waiting count in what was done and earned", async () => {
  world.down = true;
  const { session } = await open();
  world.now += 8_000;

  await session.answer(valuesOf("a"));

  expect(session.earnedMicro).toBe(1_210_000);
  expect(session.elapsedMs).toBe(68_000);
});

test("time goes on when a task is skipped, and never back", async () => {
  world.down = true;
  const { session } = await open();
  world.now += 8_000;
  const before = session.elapsedMs;

  await session.skip("hurts", "");

  expect(session.elapsedMs).toBe(before);
  expect(session.current?.lease).toBe(2);
});

test("answers that the server had already, sent again, leave the count where it was", async () => {
  world.down = true;
  const { session } = await open();
  for (const value of ["a", "b"]) await session.answer(valuesOf(value));
  const keys = ["key-1", "key-2"];
  expect(session.done).toBe(6);

  session.acknowledge({
    receipts: keys.map((key) => ({ key, repeated: true })),
    progress: { done: 6, total: 60 },
  });

  expect(session.progress?.done).toBe(6);
});

test("once acknowledged, the receipts are counted where the server gives no sum", async () => {
  const { session, outbox } = await open();
  await session.answer(valuesOf("a"));
  await settled(outbox);
  session.back();
  await session.answer(valuesOf("b"));
  await settled(outbox);

  expect(session.me).toMatchObject({ elapsed_ms: 76_000, earned_micro: 1_210_000, answers: 5 });
  expect(session.done).toBe(5);
});

test("a practice task is lent alone, and the rest comes as soon as it is acknowledged", async () => {
  const practice = task(1, { practice: true });
  world.alone = true;
  world.lend = [task(2), task(3)];
  const { session, outbox } = await open(data({ leased: { tasks: [practice] } }));
  await session.topUp();
  expect(session.queue).toEqual([]);

  await session.answer(valuesOf("a"));
  await settled(outbox);

  await vi.waitFor(() => expect(session.current?.lease).toBe(2));
});

test("prefetch asks for what is missing and names every lease held, unsent ones too", async () => {
  world.lend = [task(5), task(6)];
  const { session, outbox } = await open();
  outbox.add = async (message) => void outbox.waiting.push(message); // never leaves

  await session.answer(valuesOf("a"));
  expect(world.asked).toEqual([]);
  await session.answer(valuesOf("a"));
  await vi.waitFor(() => expect(world.asked.length).toBe(1));

  expect(world.asked[0]).toMatchObject({ count: 6, have: [3, 4, 1, 2] });
  await vi.waitFor(() => expect(session.queue.map(({ lease }) => lease)).toEqual([4, 5, 6]));
});

test("of twenty tasks ten are answered before more are asked for, so ten are always here", async () => {
  const tasks = Array.from({ length: 20 }, (_, number) => task(number + 1));
  const { session, outbox } = await open(data({ leased: { tasks }, prefetch: 19 }));
  world.lend = [task(21)];

  for (let number = 0; number < 9; number++) await session.answer(valuesOf("a"));
  await settled(outbox);
  expect(world.asked).toEqual([]);
  await session.answer(valuesOf("a"));

  await vi.waitFor(() => expect(world.asked.map(({ count }) => count)).toEqual([20]));
  expect(session.held.length).toBeGreaterThanOrEqual(10);
});

test("taking back an answer already sent makes a correction in its place", async () => {
  const { session, outbox } = await open();
  await session.answer(valuesOf("a"));
  await settled(outbox);

  session.back();
  expect(session.shown?.lease).toBe(1);
  expect(session.given).toEqual(valuesOf("a"));
  await session.answer(valuesOf("b"));
  await settled(outbox);

  expect(world.sent.at(-1)).toMatchObject({ lease: 1, values: { q: "b" }, replaces: "key-1" });
  expect(session.current?.lease).toBe(2);
});

test("a correction of a correction names the last one", async () => {
  const { session, outbox } = await open();
  await session.answer(valuesOf("a"));
  await settled(outbox);
  for (const value of ["b", "a"]) {
    session.back();
    await session.answer(valuesOf(value));
    await settled(outbox);
  }

  expect(world.sent.map(({ replaces }) => replaces)).toEqual([null, "key-1", "key-2"]);
});

test("taking back an answer not yet sent changes it where it lies", async () => {
  world.down = true;
  const { session, outbox } = await open();
  await session.answer(valuesOf("a"));
  await vi.waitFor(() => expect(outbox.isHere("key-1")).toBe(true));

  session.back();
  await session.answer(valuesOf("b"));

  expect(outbox.waiting.map(({ key, values }) => [key, values.q])).toEqual([["key-1", "b"]]);
});

test("choosing the same again sends nothing", async () => {
  const { session, outbox } = await open();
  await session.answer(valuesOf("a"));
  await settled(outbox);

  session.back();
  await session.answer(valuesOf("a"));

  expect(world.sent.length).toBe(1);
  expect(session.revisiting).toBeNull();
});

test("ten answers may be taken back and no more", async () => {
  const recent = Array.from({ length: 10 }, (_, i) => ({
    key: `r${i}`,
    task: task(50 + i),
    values: valuesOf("a"),
  }));
  const { session } = await open(data({ recent }));
  await session.answer(valuesOf("b"));

  for (let i = 0; i < 15; i += 1) session.back();

  expect(session.revisiting).toBe(0);
  expect(session.shown?.lease).toBe(51);
  session.backToCurrent();
  expect(session.shown?.lease).toBe(2);
});

test("a practice task is explained before the next one comes", async () => {
  const practice = task(1, { practice: true, help: { known: valuesOf("b") } });
  const { session } = await open(data({ leased: { tasks: [practice, task(2)] } }));

  await session.answer(valuesOf("a"));
  expect(session.screen).toBe("explained");
  expect(session.given).toEqual(valuesOf("a"));
  expect(session.held).toEqual([2]);
  session.goOn();

  expect(session.current?.lease).toBe(2);
});

test("a practice task is paid and not counted as done", async () => {
  const practice = task(1, { practice: true });
  const { session, outbox } = await open(data({ leased: { tasks: [practice, task(2)] } }));

  await session.answer(valuesOf("a"));
  expect([session.done, session.earnedMicro]).toEqual([4, 1_210_000]);
  await settled(outbox);

  expect(session.done).toBe(4);
});

test("a practice task of which nobody knows the answer goes on by itself", async () => {
  const practice = task(1, { practice: true });
  const { session } = await open(data({ leased: { tasks: [practice, task(2)] } }));

  await session.answer(valuesOf("a"));

  expect([session.screen, session.current?.lease]).toEqual(["task", 2]);
});

test("the tasks after practice are asked for while it is explained", async () => {
  const practice = task(1, { practice: true, help: { known: valuesOf("b") } });
  world.alone = true;
  world.lend = [task(2), task(3)];
  const { session } = await open(data({ leased: { tasks: [practice] } }));

  await session.answer(valuesOf("a"));
  await vi.waitFor(() => expect(session.queue.length).toBe(2));

  expect(session.screen).toBe("explained");
});

test.each(["paused", "closed", "draft"])("a project that is %s says so at once", async (state) => {
  const { project } = data();
  const { session } = await open(
    data({ first_time: true, leased: { tasks: [] }, project: { ...project, closed: state } }),
  );

  await session.topUp();

  expect([session.screen, session.closed, world.asked.length]).toEqual(["closed", state, 0]);
});

test("going back says when there is nothing before", async () => {
  const { session } = await open();
  await session.answer(valuesOf("a"));

  expect([session.back(), session.back()]).toEqual([true, false]);
});

test("the first visit begins with the reasons, not with a task", async () => {
  const { session } = await open(data({ first_time: true }));
  expect(session.screen).toBe("why");
  await session.answer(valuesOf("a"));
  expect(world.sent).toEqual([]);

  session.begin();

  expect(session.screen).toBe("task");
});

test("nothing left and nothing held is the end", async () => {
  const { session } = await open(data({ leased: { tasks: [] } }));

  await session.topUp();

  expect(session.screen).toBe("end");
});

test("two presses in one turn answer one task", async () => {
  const { session, outbox } = await open();

  await Promise.all([session.answer(valuesOf("a")), session.answer(valuesOf("b"))]);
  await settled(outbox);

  expect(world.sent.map(({ lease }) => lease)).toEqual([1]);
});

test("what another tab answered leaves this one", async () => {
  const { session } = await open();

  session.answeredElsewhere(3);
  session.answeredElsewhere(1);

  expect(session.current?.lease).toBe(2);
  expect(session.queue.map(({ lease }) => lease)).toEqual([4]);
});

test("an answer that was not accepted can no longer be taken back", async () => {
  const { session, outbox } = await open();
  await session.answer(valuesOf("a"));
  await settled(outbox);

  session.acknowledge({ receipts: [{ key: "key-1", problem: { code: "x", title: "Non." } }] });

  expect(session.past).toEqual([]);
});
