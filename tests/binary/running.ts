import { command, type Ended, type StartOptions } from "./binary.ts";

/** A machine that is this slow shows nothing. */
const SAID_MS_MAX = 20_000;

/** A kar that is running. */
export interface Running extends AsyncDisposable {
  /** Waits until it has said this. @returns the match */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  signal(signal: Deno.Signal): void;
  /** Waits for its end. */
  readonly ended: Promise<Ended>;
}

/** Starts kar. The test ends it, or leaving the block kills it. */
export function startKar(
  args: readonly string[],
  options?: StartOptions,
): Running {
  const child = command(args, options).spawn();
  const said = new Said();
  const ended = endOf(child, said);
  return {
    said: (pattern) => said.wait(pattern),
    signal: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await ended;
    },
  };
}

async function endOf(child: Deno.ChildProcess, said: Said): Promise<Ended> {
  const [out, err, { code }] = await Promise.all([
    said.listen(child.stdout),
    said.listen(child.stderr),
    child.status,
  ]);
  said.end();
  return { code, out, err };
}

/** Everything that was said on both streams. */
class Said {
  #text = "";
  #isOver = false;
  #news = Promise.withResolvers<void>();

  async listen(stream: ReadableStream<Uint8Array>): Promise<string> {
    let all = "";
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      const text = decoder.decode(bytes, { stream: true });
      all += text;
      this.#text += text;
      this.#tell();
    }
    return all;
  }

  end(): void {
    this.#isOver = true;
    this.#tell();
  }

  async wait(pattern: RegExp): Promise<RegExpExecArray> {
    const limit = setTimeout(() => this.end(), SAID_MS_MAX);
    try {
      while (true) {
        const match = pattern.exec(this.#text);
        if (match !== null) return match;
        if (this.#isOver) break;
        await this.#news.promise;
      }
    } finally {
      clearTimeout(limit);
    }
    throw new Error(`kar never said ${pattern}, but:\n${this.#text}`);
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers<void>();
  }
}

/** Starts the echo server of the binary on free ports. */
export async function startEcho(): Promise<
  Running & { readonly http: string; readonly grpc: string }
> {
  const running = startKar(["echo", "--port", "0", "--grpc-port", "0"]);
  const [, http] = await running.said(/h2c\s+(http:\S+)\n/);
  const [, grpc] = await running.said(/gRPC\s+(http:\S+)\n/);
  return { ...running, http: http!, grpc: grpc! };
}
