/* What this browser keeps of a person's choices, where it keeps anything. */

/** Browsers that keep nothing for a site throw when asked. */
export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Where nothing can be kept it holds until the page closes. */
export function writePreference(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // as above
  }
}
