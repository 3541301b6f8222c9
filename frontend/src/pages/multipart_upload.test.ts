import { beforeEach, describe, expect, test } from "vitest";
import { isLarge, nameOf, sendInParts, type Transport } from "./multipart_upload";

const MIB = 1024 * 1024;
const fileOf = (size: number): File =>
  new File([new Uint8Array(size)], "lot.zip", { lastModified: 7 });

/** A server that keeps what it gets; `breaks` says which requests never get an answer. */
class Server {
  files = new Map<string, { size: number; offset: number }>();
  asked: string[] = [];
  waited: number[] = [];
  kept = new Map<string, string>();
  breaks: (count: number, method: string) => "no" | "before" | "after" = () => "no";

  wire: Transport = {
    send: async (method, url, offset, body) => {
      this.asked.push(`${method} ${url}${offset === null ? "" : ` ${offset}`}`);
      const broken = this.breaks(this.asked.length, method);
      if (broken === "before") return null;
      const answer = this.answer(method, url, offset, body);
      return broken === "after" ? null : answer;
    },
    wait: async (milliseconds) => {
      this.waited.push(milliseconds);
    },
    memory: {
      getItem: (name) => this.kept.get(name) ?? null,
      setItem: (name, value) => void this.kept.set(name, value),
      removeItem: (name) => void this.kept.delete(name),
    },
  };

  private answer(method: string, url: string, offset: number | null, body: Blob | string | null) {
    if (url === "/uploads/") {
      const token = `t${this.files.size}`;
      const { size } = JSON.parse(String(body)) as { size: number };
      this.files.set(token, { size, offset: 0 });
      return { status: 201, body: { token, offset: 0, size } };
    }
    const token = url.split("/")[2] ?? "";
    const file = this.files.get(token);
    if (!file) return { status: 404, body: {} };
    if (method === "POST") {
      if (offset !== file.offset) return { status: 409, body: {} };
      file.offset += (body as Blob).size;
    }
    return { status: 200, body: { token, offset: file.offset, size: file.size } };
  }
}

let server: Server;
beforeEach(() => {
  server = new Server();
});

describe("a large file", () => {
  test("goes part by part and leaves nothing to remember", async () => {
    const progress: number[] = [];

    const token = await sendInParts(fileOf(9 * MIB), (bytes) => progress.push(bytes), server.wire);

    expect(token).toBe("t0");
    expect(server.files.get("t0")).toEqual({ size: 9 * MIB, offset: 9 * MIB });
    expect(server.asked).toHaveLength(4);
    expect(progress.at(-1)).toBe(9 * MIB);
    expect(server.kept.size).toBe(0);
  });

  test.each(["before", "after"] as const)(
    "waits and goes on where a request broke %s it arrived",
    async (when) => {
      server.breaks = (count) => (count % 3 === 2 ? when : "no");

      const token = await sendInParts(fileOf(9 * MIB), () => {}, server.wire);

      expect(server.files.get(token)?.offset).toBe(9 * MIB);
      expect(server.files.size).toBe(1);
      expect(server.waited.length).toBeGreaterThan(0);
    },
  );

  test("goes on from another page with what had arrived", async () => {
    const file = fileOf(9 * MIB);
    server.kept.set(nameOf(file), "t0");
    server.files.set("t0", { size: 9 * MIB, offset: 8 * MIB });

    await sendInParts(file, () => {}, server.wire);

    expect(server.asked).toEqual(["GET /uploads/t0", `POST /uploads/t0 ${8 * MIB}`]);
  });

  test("begins again when the server no longer has it", async () => {
    const file = fileOf(5 * MIB);
    server.kept.set(nameOf(file), "t9");

    const token = await sendInParts(file, () => {}, server.wire);

    expect(server.files.get(token)?.offset).toBe(5 * MIB);
  });

  test("gives up in the end, and is remembered for the next try", async () => {
    const file = fileOf(9 * MIB);
    server.breaks = (count, method) => (method === "POST" && count > 2 ? "before" : "no");

    const token = await sendInParts(file, () => {}, server.wire);

    expect(token).toBe("");
    expect(server.kept.get(nameOf(file))).toBe("t0");
    expect(server.waited.length).toBeLessThan(20);
  });

  test("is one that would hurt to send twice", () => {
    expect([isLarge(fileOf(MIB)), isLarge(fileOf(5 * MIB))]).toEqual([false, true]);
  });
});
