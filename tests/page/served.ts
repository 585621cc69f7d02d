import {
  type PageAction,
  type PageColumns,
  type PageControl,
  type PageData,
  PageMaker,
  type PageMessage,
  type PageServer,
  type PageWindow,
  portOf,
  servePage,
} from "../../src/page/mod.ts";
import { freePort } from "../fixtures/ports.ts";

export const TOKEN = "0123456789abcdef";

/** A server to which a test says what there is to see. */
export interface ShownForTest extends Omit<PageServer, "update"> {
  update(data: () => PageData): Promise<void>;
  /** What it answers to those who look closely. */
  detail: (window: PageWindow) => PageColumns | null;
}

/** Serves whatever a test says. */
export async function serveShown(
  listener: Deno.TcpListener,
  control: PageControl | null = null,
): Promise<ShownForTest> {
  let latest: (() => PageData) | null = null;
  const shown = { detail: (_: PageWindow): PageColumns | null => null };
  const maker = new PageMaker({
    control: control !== null,
    other: null,
    data: () => latest?.() ?? null,
    detail: (window) => shown.detail(window),
  });
  const server = await servePage({
    ...{ listener, hostname: "127.0.0.1", control, port: portOf(maker) },
  });
  return Object.assign(shown, {
    ...server,
    update: (data: () => PageData) => (latest = data, server.update()),
  });
}

/** A page that is served, and what was asked of it. */
export interface ServedForTest {
  readonly server: ShownForTest;
  readonly url: string;
  readonly actions: readonly PageAction[];
}

/** Serves a page on a port of its own for as long as `use` takes. */
export async function withServed(
  use: (served: ServedForTest) => Promise<void>,
  isControlled = true,
): Promise<void> {
  // Another server can have it afterwards.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: freePort() });
  const actions: PageAction[] = [];
  const control: PageControl = {
    token: TOKEN,
    act: (action) => {
      actions.push(action);
      return Promise.resolve("done");
    },
  };
  const server = await serveShown(listener, isControlled ? control : null);
  const url = `http://127.0.0.1:${listener.addr.port}/`;
  try {
    await use({ server, url, actions });
  } finally {
    await server.close();
  }
}

/** One who looks, by Server-Sent Events. */
export class Viewer {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  private constructor(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(url: string): Promise<Viewer> {
    const response = await fetch(`${url}events`);
    return new Viewer(response.body!);
  }

  /** The next message; `over` when the run is over, null when it was cut off. */
  async next(): Promise<PageMessage | "over" | null> {
    while (true) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const event = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data === "over") return data;
        if (data !== undefined) return JSON.parse(data);
        continue;
      }
      const { value, done } = await this.#reader.read()
        .catch(() => ({ value: undefined, done: true }));
      if (done) return null;
      this.#text += value;
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}
