/* What a requester's page, the frame around it and the workbench tell one another. All of it from inside is a
   hint and no more: what was received is asked of the server, and time is measured outside. */

/** Names and texts of a form that is not sent, to go on with later. */
export type FormDraft = [string, string][];

export type FromPage =
  | { canut: "ready" }
  | { canut: "active" }
  | { canut: "received" }
  | { canut: "refused" }
  | { canut: "draft"; form: FormDraft };

export type ToPage = { canut: "fill"; form: FormDraft };

/** Where the workbench hears of signs from a frame. */
export const FRAME_SIGN = "canut-frame-sign";

const MOST_FIELDS = 1_000;
const MOST_CHARACTERS = 100_000;

/** A message of a page as it may be believed; null where it is none, or too large. */
export function readMessage(data: unknown): FromPage | null {
  if (typeof data !== "object" || data === null || !("canut" in data)) return null;
  const { canut, form } = data as { canut: unknown; form?: unknown };
  if (canut === "ready" || canut === "active" || canut === "received" || canut === "refused")
    return { canut };
  return canut === "draft" && isDraft(form) ? { canut, form } : null;
}

export function isDraft(form: unknown): form is FormDraft {
  if (!Array.isArray(form) || form.length > MOST_FIELDS) return false;
  let characters = 0;
  return form.every((pair: unknown) => {
    if (!Array.isArray(pair) || pair.length !== 2) return false;
    if (typeof pair[0] !== "string" || typeof pair[1] !== "string") return false;
    characters += pair[0].length + pair[1].length;
    return characters <= MOST_CHARACTERS;
  });
}

/** How often each message may come; a flood of them is dropped here and costs the workbench nothing. */
export class MessageGate {
  private second = 0;
  private count = 0;
  private readonly most: number;

  constructor(most = 10) {
    this.most = most;
  }

  lets(now: number): boolean {
    const second = Math.floor(now / 1_000);
    if (second !== this.second) {
      this.second = second;
      this.count = 0;
    }
    this.count += 1;
    return this.count <= this.most;
  }
}
