/* For tests: a server in memory, and a session with its outbox that speaks to it. */
import { beforeEach, expect, vi } from "vitest";
import type { Values } from "../src/protocol/questions";
import type {
  AnswersReply,
  LeaseReply,
  PageData,
  SubmittedAnswer,
  Task,
} from "../src/protocol/workbench";
import { Session } from "../src/workbench/session";
import { memoryStore } from "../src/workbench/storage/device_db";
import { Outbox } from "../src/workbench/storage/outbox";

export const task = (lease: number, more: Partial<Task> = {}): Task => ({
  lease,
  task: 100 + lease,
  key: `k${lease}`,
  show: [{ as: "text", value: `text ${lease}` }],
  practice: false,
  lent_ms: 0,
  expires_ms: 900_000,
  question_version: 1,
  help: null,
  ...more,
});

export const data = (more: Partial<PageData> = {}): PageData => ({
  language: "fr",
  project: {
    slug: "demo",
    title: "T",
    organisation: "O",
    aims: { business: "", social: "", ethical: "" },
    origin: { whose: "", consent: "", paid: "" },
    simulated: false,
    own_staff: false,
  },
  question: {
    version: 1,
    schema: {
      questions: [{ id: "q", kind: "choice", ask: "?" }],
    },
    instructions: "",
  },
  rate: { piece_micro: 210_000, currency: "CAD" },
  me: { elapsed_ms: 60_000, earned_micro: 1_000_000, answers: 4, today_only: true },
  progress: { done: 4, total: 60 },
  leased: { tasks: [task(1), task(2), task(3), task(4)] },
  recent: [],
  csrf: "",
  urls: {
    lease: "lease",
    answers: "answers",
    release: "r",
    skip: "skip",
    flag: "flag",
    ask: "ask",
    beats: "beats",
    stop: "s",
    signin: "i",
  },
  first_time: false,
  person: "p",
  person_id: 1,
  session: "s",
  prefetch: 3,
  beats_alone_ms: 120_000,
  ...more,
});

export type World = {
  down: boolean;
  /** A practice task is lent alone until it is answered. */
  alone: boolean;
  sent: SubmittedAnswer[];
  asked: { count: number; have: number[] }[];
  /** What was asked for along with answers; null while the outbox does not take it along. */
  along: { count: number; have: number[] }[] | null;
  /** A server of before, or one that lends nothing now. */
  next: "tasks" | "problem" | "unknown";
  lend: Task[];
  now: number;
};

export let world: World;
beforeEach(() => {
  world = {
    down: false,
    alone: false,
    sent: [],
    asked: [],
    along: null,
    next: "tasks",
    lend: [],
    now: 1_000_000,
  };
});

export async function open(pageData: PageData = data()) {
  let key = 0;
  const post = async <T>(url: string, body: unknown): Promise<T> => {
    if (world.down) throw new TypeError("Failed to fetch");
    if (url === "lease") {
      world.asked.push(body as World["asked"][number]);
      const tasks = world.alone && world.sent.length === 0 ? [] : world.lend.splice(0);
      return { tasks, left: tasks.length > 0, server_ms: 0 } satisfies LeaseReply as T;
    }
    if (url !== "answers") return undefined as T;
    const { answers, next } = body as { answers: SubmittedAnswer[]; next?: World["asked"][number] };
    world.sent.push(...answers);
    if (next) world.along?.push(next);
    const tasks = next && world.next === "tasks" ? world.lend.splice(0) : [];
    const nextReply = {
      tasks: { tasks, left: true, server_ms: 0 },
      problem: { problem: { code: "project-paused", title: "Paused" } },
      unknown: null,
    }[world.next];
    return {
      ...(next ? { next: nextReply } : {}),
      receipts: answers.map(({ key, replaces }) => ({
        key,
        elapsed_ms: 8_000,
        piece_micro: replaces ? 0 : 210_000,
      })),
    } satisfies AnswersReply as T;
  };
  let session: Session | null = null;
  const outbox = new Outbox({
    beatsAloneMs: 120_000,
    store: memoryStore("p demo"),
    post,
    urls: pageData.urls,
    acknowledged: (reply) => session?.acknowledge(reply),
    ...(world.along && {
      next: (leases) => session?.wanted(leases) ?? null,
      rested: () => void session?.topUp(),
    }),
    wait: () => undefined,
  });
  await outbox.open();
  session = new Session({
    data: pageData,
    outbox,
    post,
    owner: "p demo",
    uuid: () => {
      key += 1;
      return `key-${key}`;
    },
    changed: () => undefined,
    now: () => world.now,
  });
  return { session, outbox };
}

export const valuesOf = (values: string): Values => ({ q: values });
export const settled = (outbox: Outbox) => vi.waitFor(() => expect(outbox.waiting).toEqual([]));
