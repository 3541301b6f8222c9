/* What the page is given and what it exchanges with the server. Decided by the server; kept here once. */
import type { Asked, Drafts, Language, Values } from "./questions";

export type Question = {
  version: number;
  schema: { questions: Asked[] };
  instructions: string;
};

export type Shown =
  | { as: "text"; value: string }
  | { as: "audio"; url: string }
  | { as: "turns"; turns: { role: string; text: string }[] }
  | { as: "image"; url: string; raw: string; width: number; height: number; alt: string };

export type Task = {
  lease: number;
  task: number;
  key: string;
  show: Shown[];
  /** What the columns hold that questions name, by their names. */
  cells?: Record<string, Shown>;
  practice: boolean;
  lent_ms: number;
  expires_ms: number;
  question_version: number;
  /** What is expected of a practice task, by question. */
  help: { known?: Values } | null;
  /** How hard it is to look at, 0 to 4. */
  severity?: number;
  /** A picture to uncover by oneself. */
  veiled?: boolean;
  /** What a model says of it, and which; nothing where none does, or it is hidden. */
  proposal?: { label: string; source: string } | null;
};

/** Why no more is lent now, in the server's words. */
export type Held = { why: string; text: string };

export type Risk = { label: number | null; words: string; kinds: string[]; levels: string[] };

export type Me = { elapsed_ms: number; earned_micro: number; answers: number; today_only: boolean };

export type Progress = { done: number; total: number | null };

/** Prices in micro-units; the hour's is 0, or missing in kept pages, where hours are not paid. */
export type Rate = { piece_micro: number; by_hour_micro?: number; currency: string };

export type PageData = {
  language: Language;
  /** Missing in pages kept before there were languages from right to left. */
  direction?: "ltr" | "rtl";
  project: {
    slug: string;
    title: string;
    /** In which language the project's own words are; "" where nobody knows. */
    tongue?: string;
    organisation: string;
    aims: { business: string; social: string; ethical: string };
    origin: { whose: string; consent: string; paid: string };
    simulated: boolean;
    own_staff: boolean;
    /** "paused", "closed" … when the project takes no answers now. */
    closed?: string;
    risk?: Risk;
  };
  held_back?: Held | null;
  /** Whom to talk to, as the operator says; empty where nobody is named. */
  support?: string;
  question: Question;
  /** What an answer pays, and an hour of measured time where hours are paid. */
  rate: Rate | null;
  me: Me;
  progress: Progress | null;
  leased: { tasks: Task[] };
  recent: { key: string; task: Task; values: Values }[];
  csrf: string;
  urls: Record<
    "lease" | "answers" | "release" | "skip" | "flag" | "ask" | "beats" | "stop" | "signin",
    string
  > &
    Partial<Record<"decline" | "rest" | "harder" | "exposure" | "pack" | "begun" | "back", string>>;
  first_time: boolean;
  /** Questions of others with their answers, which everybody here reads. */
  said?: [string, string][];
  person: string;
  person_id: number;
  /** The name the server gave this page; beats under any other are refused. */
  session: string;
  prefetch: number;
  /** What was begun of the tasks in hand, here or on another device. */
  begun?: { task: number; version: number; drafts: Drafts; at: number }[];
  /** How many tasks may be taken along, and for how many hours. */
  pack?: { tasks: number; hours: number };
  /** Beats without answers to travel with are sent so far apart. */
  beats_alone_ms: number;
};

export type AnswerOut = {
  lease: number;
  key: string;
  values: Values;
  question_version: number;
  replaces: string | null;
  /** Thousandths of a veiled picture that were uncovered. */
  revealed?: number | null;
};

export type Receipt = {
  key: string;
  problem?: { code: string; title: string };
  elapsed_ms?: number;
  piece_micro?: number;
  repeated?: boolean;
  /** The log's signed receipt, to be kept. */
  promise?: string | null;
};

export type LeaseReply = {
  tasks: Task[];
  left: boolean;
  held_back?: Held | null;
  question?: Question | null;
  progress?: Progress | null;
  server_ms: number;
};

/** How many tasks to hold, and which are here already. */
export type LeaseOut = { count: number; have: number[]; question_version: number };

export type AnswersReply = {
  receipts: Receipt[];
  me?: Me | null;
  progress?: Progress | null;
  /** The tasks that were asked for along with the answers, or that none are lent. */
  next?: LeaseReply | { problem: { code: string; title: string } } | null;
};

/** Second of the page's own clock, then how many keys, pointers, touches and scrolls in it. */
export type Bucket = [number, number, number, number, number];

/** All that a page ever says of a person's presence: this list, and nothing beside it. */
export type Beat = {
  session: string;
  seq: number;
  mono_ms: number;
  visible: boolean;
  focused: boolean;
  surface: string;
  buckets: Bucket[];
  media_ms: number;
  previous: string;
};
