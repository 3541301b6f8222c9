/* The contract of the workbench, made by tools/protocol.py from src/canut/web/work/schemas.py. */
import type { Beat } from "./beats";
import type { Drafts, Language, Question, Values } from "./questions";

export type Shown = ShownText | ShownAudio | ShownTurns | ShownImage | ShownPage;

/** Why the work is requested. */
export type Aims = {
  business: string;
  social: string;
  ethical: string;
};

/** A receipt for each answer, and the leased tasks if requested. */
export type AnswersReply = {
  receipts: Receipt[];
  me?: DayAccount | null;
  progress?: Progress | null;
  next?: LeaseReply | LeaseRefusal | null;
};

/** Answers in order, the heartbeats since, and the tasks to lease next. */
export type AnswersRequest = {
  answers: SubmittedAnswer[];
  beats?: Beat[];
  next?: LeaseRequest | null;
};

/** Heartbeats only. */
export type BeatsRequest = {
  beats: Beat[];
};

/** Whose material this is, and how it was obtained. */
export type DataOrigin = {
  whose: string;
  consent: string;
  paid: string;
  parts?: string[];
  page?: string;
};

/** What the worker did and earned; `today_only`: since midnight. */
export type DayAccount = {
  elapsed_ms: number;
  earned_micro: number;
  answers: number;
  today_only: boolean;
};

/** A draft answer; an empty one deletes it. */
export type DraftRequest = {
  task: number;
  version: number;
  drafts?: Drafts | null;
  at?: number;
};

/** A report that something is wrong with a task. */
export type FlagRequest = {
  lease: number;
  text?: string;
};

/** Why no task is leased now, as text. */
export type LeaseBlock = {
  why: string;
  text: string;
};

/** Why no tasks were leased with the answers. */
export type LeaseRefusal = {
  problem: Problem;
};

/** Leased tasks that are new to the page; `left`: whether to ask again. */
export type LeaseReply = {
  tasks: Task[];
  left: boolean;
  held_back?: LeaseBlock | null;
  question?: QuestionVersion | null;
  progress?: Progress | null;
  server_ms: number;
};

/** How many tasks to lease, and the leases the page already has. */
export type LeaseRequest = {
  count?: number;
  have?: number[];
  question_version?: number | null;
};

/** The leased tasks when the page opens. */
export type LeasedTasks = {
  tasks: Task[];
};

/** How many tasks a pack may hold, and for how many hours. */
export type PackLimits = {
  tasks: number;
  hours: number;
};

/** The tasks of a pack; `cut`: the daily limit allowed fewer than requested. */
export type PackReply = {
  tasks: Task[];
  left: boolean;
  held_back?: LeaseBlock | null;
  question?: QuestionVersion | null;
  progress?: Progress | null;
  server_ms: number;
  until_ms: number;
  leases: number[];
  cut: boolean;
};

/** The initial data of the workbench. */
export type PageData = {
  language: Language;
  direction?: "ltr" | "rtl";
  project: PageProject;
  held_back?: LeaseBlock | null;
  /** Whom to talk to, as the operator says; empty if nobody is named. */
  support?: string;
  question: QuestionVersion;
  rate: Rate | null;
  me: DayAccount;
  /** Measured time of the person's day, on all projects. */
  measured_ms?: number;
  progress: Progress | null;
  leased: LeasedTasks;
  begun?: ServerDraft[];
  pack?: PackLimits;
  recent: RecentAnswer[];
  csrf: string;
  urls: PageUrls;
  first_time: boolean;
  /** Questions of others with their answers, which everybody here reads. */
  said?: [string, string][];
  person: string;
  person_id: number;
  /** The page's name; beats under any other are refused. */
  session: string;
  prefetch: number;
  /** Beats without answers are sent this far apart. */
  beats_alone_ms: number;
};

/** A project as its workbench shows it. */
export type PageProject = {
  slug: string;
  title: string;
  /** The language of the project's own words; empty if unknown. */
  tongue?: string;
  organisation: string;
  aims: Aims;
  origin: DataOrigin;
  simulated: boolean;
  own_staff: boolean;
  /** The state of a project that takes no answers now; else empty. */
  closed?: string;
  /** Tasks one person does at most while it is tried out; else 0. */
  pilot_tasks?: number;
  risk?: RiskLabel;
};

/** The URLs that the page uses. */
export type PageUrls = {
  lease: string;
  answers: string;
  release: string;
  skip: string;
  flag: string;
  ask: string;
  beats: string;
  stop: string;
  signin: string;
  decline?: string;
  rest?: string;
  harder?: string;
  exposure?: string;
  pack?: string;
  begun?: string;
  back?: string;
};

/** A refusal by its code, with its title in the page's language. */
export type Problem = {
  code: string;
  title: string;
};

/** The worker's answered tasks, and the total; None if there are too many. */
export type Progress = {
  done: number;
  total: number | null;
};

/** A model's label for a task, and the model. */
export type Proposal = {
  label: string;
  source: string;
};

/** A version of the question. */
export type QuestionVersion = {
  version: number;
  schema: { questions: Question[] };
  instructions: string;
};

/** Prices in micro-units; the hourly price is 0 if hours are not paid. */
export type Rate = {
  piece_micro: number;
  by_hour_micro?: number;
  currency: string;
};

/** The result of one answer: stored, or a problem. */
export type Receipt = {
  key: string;
  problem?: Problem;
  answer?: number;
  counted?: boolean;
  surplus?: boolean;
  replaced?: string | null;
  repeated?: boolean;
  piece_micro?: number;
  currency?: string;
  elapsed_ms?: number;
  /** The log's signed receipt, to be stored. */
  promise?: string | null;
};

/** One of the last answers, which may be corrected. */
export type RecentAnswer = {
  key: string;
  values: Values;
  task: Task;
};

/** The risk of a project's tasks; `label` is missing if nobody set it. */
export type RiskLabel = {
  label: number | null;
  words: string;
  kinds: string[];
  levels: string[];
};

/** A draft answer of a leased task, from this device or another. */
export type ServerDraft = {
  task: number;
  version: number;
  drafts: Drafts;
  at: number;
};

/** A sound to judge. */
export type ShownAudio = {
  as: "audio";
  url: string;
};

/** A picture to judge, at screen size; `raw`: the original pixels. */
export type ShownImage = {
  as: "image";
  url: string;
  raw: string;
  width: number;
  height: number;
  alt: string;
};

/** A requester's own page, in a frame; `received`: where its fields are asked for. */
export type ShownPage = {
  as: "page";
  url: string;
  received: string;
  hosts?: string[];
  outside?: string;
  finished?: string;
};

/** A text to judge. */
export type ShownText = {
  as: "text";
  value: string;
};

/** A conversation to judge. */
export type ShownTurns = {
  as: "turns";
  turns: Turn[];
};

/** A skipped task, and why. */
export type SkipRequest = {
  lease: number;
  reason: string;
  text?: string;
};

/** One answer as the page stored it. */
export type SubmittedAnswer = {
  lease: number;
  key: string;
  values: Values;
  question_version?: number | null;
  replaces?: string | null;
  /** Thousandths of its time that a veiled picture was uncovered. */
  revealed?: number | null;
};

/** A leased task with its content. */
export type Task = {
  lease: number;
  task: number;
  key: string;
  show: Shown[];
  /** What the columns hold that questions name, by column. */
  cells?: Record<string, Shown>;
  practice: boolean;
  lent_ms: number;
  expires_ms: number;
  question_version: number;
  help: TaskHelp | null;
  /** How hard it is to look at, 0 to 4. */
  severity?: number;
  /** A picture to uncover by oneself. */
  veiled?: boolean;
  proposal?: Proposal | null;
};

/** The expected answer of a practice task, by question. */
export type TaskHelp = {
  known: Values;
};

/** One turn of a conversation. */
export type Turn = {
  role: string;
  text: string;
};
