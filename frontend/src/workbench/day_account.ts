/* The day's account, as receipts add to it until the server gives its own figures again. */
import type { DayAccount, Receipt } from "../protocol/workbench";

/** Return the account with one receipt more; a correction is no further answer. */
export const addReceipt = (
  me: DayAccount,
  { elapsed_ms = 0, piece_micro = 0 }: Receipt,
  isCorrection: boolean,
): DayAccount => ({
  ...me,
  elapsed_ms: me.elapsed_ms + elapsed_ms,
  earned_micro: me.earned_micro + piece_micro,
  answers: me.answers + (isCorrection ? 0 : 1),
});
