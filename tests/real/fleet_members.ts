import { setTimeout as pause } from "node:timers/promises";

/** Every request by its identity, and how often it came. */
export class CountingServer {
  readonly seen = new Map<string, number>();
  /** What it answers. */
  status = 200;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, (request) => {
      const id = request.headers.get("x-id") ?? "";
      this.seen.set(id, (this.seen.get(id) ?? 0) + 1);
      return new Response("ok", { status: this.status });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Requests that came more than once. */
  get doubled(): string[] {
    return [...this.seen].filter(([, count]) => count > 1).map(([id]) => id);
  }

  async close(): Promise<void> {
    await this.#server.shutdown();
  }
}

const LOOK_MS = 50;
const LOOKS_MAX = 1200;

/** A kar process of its own, with what it said. */
export class KarProcess {
  readonly #child: Deno.ChildProcess;
  #said = "";
  readonly out: Promise<string>;
  readonly err: Promise<string>;
  readonly code: Promise<number>;

  constructor(...args: readonly string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "main.ts", ...args],
      env: { DENO_TOKIO_EVENT_INTERVAL: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.out = this.#hear(this.#child.stdout);
    this.err = this.#hear(this.#child.stderr);
    this.code = this.#child.status.then(({ code }) => code);
  }

  /** Waits until it has said something, and gives what was looked for. */
  async until(pattern: RegExp): Promise<string> {
    for (let i = 0; i < LOOKS_MAX; i++) {
      const found = pattern.exec(this.#said);
      if (found !== null) return found[1] ?? found[0];
      await pause(LOOK_MS);
    }
    throw new Error(`it never said ${pattern}:\n${this.#said}`);
  }

  async #hear(stream: ReadableStream<Uint8Array>): Promise<string> {
    let all = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      all += text;
      this.#said += text;
    }
    return all;
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Lets it stand still for a while. */
  async halt(forMs: number): Promise<void> {
    this.signal("SIGSTOP");
    await pause(forMs);
    this.signal("SIGCONT");
  }
}

/** Runs a command of kar to its end. */
export async function karOnce(...args: readonly string[]) {
  const process = new KarProcess(...args);
  const [out, err, code] = await Promise.all([
    process.out,
    process.err,
    process.code,
  ]);
  return { out, err, code };
}
