/* The contract of the workbench, made by tools/protocol.py from src/canut/web/work/schemas.py. */
import type { Beat } from "./beats";
import type { Drafts, Language, Question, Values } from "./questions";

export type Shown = ShownText | ShownAudio | ShownTurns | ShownImage;

/** Why the work is asked for. */
export type Aims = {
  business: string;
  social: string;
  ethical: string;
};

/** A receipt for each answer, and the tasks that were asked for along with them. */
export type AnswersReply = {
  receipts: Receipt[];
  me?: DayAccount | null;
  progress?: Progress | null;
  next?: LeaseReply | LeaseRefusal | null;
};

/** Answers in the order they were given, the beats since, and the tasks to lease after them. */
export type AnswersRequest = {
  answers: SubmittedAnswer[];
  beats?: Beat[];
  next?: LeaseRequest | null;
};

/** Beats alone. */
export type BeatsRequest = {
  beats: Beat[];
};

/** Whose material this is, and how it was come by. */
export type DataOrigin = {
  whose: string;
  consent: string;
  paid: string;
};

/** What the worker did and is owed; `today_only`: since midnight. */
export type DayAccount = {
  elapsed_ms: number;
  earned_micro: number;
  answers: number;
  today_only: boolean;
};

/** What was entered of a task so far; no drafts: delete it. */
export type DraftRequest = {
  task: number;
  version: number;
  drafts?: Drafts | null;
  at?: number;
};

/** What is wrong with a task. */
export type FlagRequest = {
  lease: number;
  text?: string;
};

/** Why no more is leased now, in the server's words. */
export type LeaseBlock = {
  why: string;
  text: string;
};

/** Why no tasks came with the answers. */
export type LeaseRefusal = {
  problem: Problem;
};

/** The leased tasks that the page did not have yet; `left`: whether to ask again. */
export type LeaseReply = {
  tasks: Task[];
  left: boolean;
  held_back?: LeaseBlock | null;
  question?: QuestionVersion | null;
  progress?: Progress | null;
  server_ms: number;
};

/** How many tasks to hold, and which leases the page holds already. */
export type LeaseRequest = {
  count?: number;
  have?: number[];
  question_version?: number | null;
};

/** The tasks in hand when the page opens. */
export type LeasedTasks = {
  tasks: Task[];
};

/** How many tasks may be taken along, and for how many hours. */
export type PackLimits = {
  tasks: number;
  hours: number;
};

/** Tasks taken along; `cut`: the day left room for fewer than were asked for. */
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

/** What the page of the workbench opens with. */
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
  risk?: RiskLabel;
};

/** The addresses that the page asks or leads to. */
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

/** How many tasks the worker has answered, and of how many; none where there are too many. */
export type Progress = {
  done: number;
  total: number | null;
};

/** What a model says of a task, and which model. */
export type Proposal = {
  label: string;
  source: string;
};

/** A question as it was written under this number. */
export type QuestionVersion = {
  version: number;
  schema: { questions: Question[] };
  instructions: string;
};

/** Prices in micro-units; the hour's is 0 where hours are not paid. */
export type Rate = {
  piece_micro: number;
  by_hour_micro?: number;
  currency: string;
};

/** What became of one answer: it was stored, or there is a problem. */
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

/** How hard a project's tasks are to look at; `label` is missing where nobody said. */
export type RiskLabel = {
  label: number | null;
  words: string;
  kinds: string[];
  levels: string[];
};

/** What was entered of a task in hand, on this device or another. */
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

/** A picture to judge, at the size of a screen; `raw`: its own points. */
export type ShownImage = {
  as: "image";
  url: string;
  raw: string;
  width: number;
  height: number;
  alt: string;
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

/** A task passed over, and why. */
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

/** A task in hand, with what is to be shown of it. */
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

/** What is expected of a practice task, by question. */
export type TaskHelp = {
  known: Values;
};

/** One turn of a conversation. */
export type Turn = {
  role: string;
  text: string;
};
