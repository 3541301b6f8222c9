/* Requests to the server, as the parts that make them see it. */

/** The server answered, and the answer is no. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, title: string) {
    super(title);
    this.status = status;
    this.code = code;
  }
}

/** A way to the server; throws `Refused` when it says no, any other error when it cannot be reached. */
export type Post = <T>(url: string, body: unknown) => Promise<T>;
