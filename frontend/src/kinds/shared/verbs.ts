/* The keys of what is done to marks, of whatever kind: a verb has one key, and a key one verb, everywhere. */

/** Letters where they can be: those stand on every keyboard without a second key. */
export const VERBS = {
  /** The mark after, the mark before. */
  next: "n",
  previous: "p",
  /** Delete what is in hand: a corner, a mark. */
  delete: "delete",
  /** The same, where a keyboard has no such key. */
  out: "x",
  /** Let go of what is in hand, or drop what is not finished. */
  leave: "escape",
  /** The other edge or handle of what is in hand. */
  edge: "e",
  /** Put a point, a corner or a start here. */
  here: "i",
  /** End it here. */
  end: "o",
  /** Begin another, from the middle. */
  create: "c",
  /** One corner more. */
  more: "m",
  hidden: "h",
  absent: "a",
  /** Copy what was marked in the task before. */
  repeat: "r",
  /** Join two marks. */
  link: "k",
  /** See more, see less, see all of it, see it brighter. */
  nearer: "g",
  farther: "d",
  whole: "w",
  brighter: "b",
  /** Play or pause, go back a little, slower, faster, again and again. */
  play: " ",
  rewind: "j",
  slower: "y",
  faster: "u",
  loop: "l",
  /** Go to the text of what is in hand. */
  write: "t",
} as const;

export type Verb = keyof typeof VERBS;
