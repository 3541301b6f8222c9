/* The one way from the workbench to the server: JSON out, JSON or a refusal in words back. */

import { Refused } from "../protocol/requests";
import type { PageData } from "../protocol/workbench";

const LIMIT_MS = 20_000;

export class Api {
  private csrf: string;

  constructor(csrf: string) {
    this.csrf = csrf;
  }

  post = async <T>(url: string, body: unknown): Promise<T> => {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": this.csrf,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    if (answer.status === 204) return undefined as T;
    if (answer.ok && !answer.redirected) return (await answer.json()) as T;
    throw await refusal(answer);
  };

  /** Send while the page closes; nobody waits for the answer. */
  last(url: string, body: unknown): void {
    void fetch(url, {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
      body: JSON.stringify(body),
    }).catch(() => undefined);
  }

  /** Give leases back while the page closes. */
  release(url: string, leases: readonly number[], viewed: readonly number[] = []): void {
    if (leases.length === 0) return;
    const form = new FormData();
    form.set("csrfmiddlewaretoken", this.csrf);
    form.set("leases", leases.join(","));
    form.set("seen", viewed.join(","));
    navigator.sendBeacon(url, form);
  }

  /** Take a fresh token from our own page after a new sign-in; false when someone else signed in. */
  async renew(person: string): Promise<boolean> {
    const page = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!page.ok || page.redirected) throw new Refused(401, "signed-out", "");
    const data = readData(new DOMParser().parseFromString(await page.text(), "text/html"));
    if (data.person !== person) return false;
    this.csrf = data.csrf;
    return true;
  }
}

export function readData(page: Document): PageData {
  const text = page.getElementById("workbench-data")?.textContent;
  if (!text) throw new Error("this page has no #workbench-data");
  return JSON.parse(text) as PageData;
}

/** A redirect to the sign-in page counts as signed out. */
async function refusal(answer: Response): Promise<Refused> {
  if (answer.redirected) return new Refused(401, "signed-out", "");
  try {
    const problem = (await answer.json()) as { code?: string; title?: string; detail?: string };
    return new Refused(answer.status, problem.code ?? "", problem.detail || problem.title || "");
  } catch {
    return new Refused(answer.status, "", answer.statusText);
  }
}
