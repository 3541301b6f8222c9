/* Drafts of a task, as this device stores them and as they are copied to the server. */
import type { Drafts } from "./questions";

export type StoredDraft = {
  owner: string;
  task: string;
  version: number;
  drafts: Drafts;
  at: number;
};

/** Where each draft is copied to. */
export interface DraftMirror {
  keep(draft: StoredDraft): void;
  drop(task: string): void;
}
