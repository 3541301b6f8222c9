/* What a task in hand says about looking at it. */
import type { Task } from "./workbench";

export const isHard = (task: Task): boolean => (task.severity ?? 0) > 0;

/** Return whether a hard task's lease has ended: nobody is shown it after that. */
export const isStale = (task: Task, now: number): boolean => isHard(task) && task.expires_ms <= now;
