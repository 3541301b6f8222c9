/* The words of what is marked in pictures: what keys do, what is said of it. */
import { section } from "../../i18n/load";

export const words = section("regions", "regions", {
  labelNext: ["name"],
  labelled: ["name"],
  picked: ["name"],
  pen: ["x", "y"],
  placed: ["x", "y", "next"],
  most: ["n"],
  least: ["n", "has"],
  made: ["what"],
  gone: ["name", "left"],
  cornerGone: ["left"],
  copied: ["n"],
  picture: ["n"],
  remove: ["name"],
  corner: ["n", "of"],
  at: ["x", "y"],
  sized: ["w", "h"],
  angle: ["degrees"],
  corners: ["n"],
  points: ["n", "of"],
  outlineMore: ["n"],
  outlineNext: ["n"],
  pointNext: ["name", "n", "of"],
});

export type Words = ReturnType<typeof words>;

/** A word by a name that may have none: a side of a box, a button that has a shorter text. */
export const named = (of: Readonly<Record<string, string>>, name: string): string | undefined =>
  of[name];
