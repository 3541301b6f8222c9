/* The workbench's words, in the language of the page once that was fetched: what takes facts, and which. */
import { section } from "./load";

export const wordsIn = section("workbench", "workbench", {
  forWhom: ["who"],
  version: ["v"],
  changed: ["v"],
  expected: ["what"],
  notExpected: ["known", "own"],
  waiting: ["k"],
  waitingShort: ["k"],
  offline: ["k"],
  offlineEmpty: ["k"],
  offlineBar: ["k"],
  offlineShort: ["k"],
  fault: ["k"],
  faultShort: ["k"],
  signedOut: ["k"],
  signedOutShort: ["k"],
  notAccepted: ["k"],
  done: ["k"],
  doneOf: ["k", "total"],
  doneOfShort: ["k", "total"],
  ready: ["k"],
  readyShort: ["k"],
  task: ["k"],
  taskOf: ["k", "total"],
  image: ["w", "h"],
  proposed: ["what", "who"],
  perAnswer: ["sum"],
  countedMoney: ["sum"],
  revisit: ["values"],
  missingText: ["label"],
  missingSent: ["label"],
  payPiece: ["sum"],
  payHour: ["sum"],
  tasks: ["k"],
  endEarned: ["sum", "time"],
  endTime: ["time"],
  endAnswers: ["k"],
  endPilot: ["k"],
});

export const askWords = section("workbench", "ask", {
  several: ["k"],
  steppedBack: ["now"],
  steppedAgain: ["now"],
});

export const packWords = section("workbench", "pack", {
  note: ["hours"],
  take: ["k"],
  left: ["k", "until"],
  awayUnsent: ["n"],
});

export const keyWords = section("workbench", "keys", {
  changeOf: ["what"],
  press: ["what"],
  changed: ["what", "key"],
  taken: ["key", "what"],
  fixed: ["key"],
});

export const careWords = section("workbench", "care", {
  risk: ["label"],
});

export type Words = ReturnType<typeof wordsIn>;
