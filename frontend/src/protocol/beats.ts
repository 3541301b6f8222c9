/* Signs of presence. Their form is fixed to the byte: each is chained to the one before by its hash. */

/** Second of the page's own clock, then how many keys, pointers, touches and scrolls in it. */
export type Bucket = [number, number, number, number, number];

/** Refusals of beats that name a page, a project or a task that is not theirs: sending again will not help. */
const FOREIGN: readonly string[] = ["beat-session", "beat-project", "beat-lease"];

export const isForeignBeat = (code: string | undefined): boolean => FOREIGN.includes(code ?? "");

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
