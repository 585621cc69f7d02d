import type { PageColumns, PageData, PageMessage } from "../../contract.ts";
import { withTail } from "../model.ts";

/** What comes besides the data. */
export interface Beside {
  /** Whether the page may ask for changes. */
  readonly control: boolean;
  readonly other: PageData | null;
}

/** Callbacks for data. */
export interface Sink {
  data(data: PageData, more: Beside): void;
  /** Whether the server can be heard. */
  link(state: "live" | "lost" | "over"): void;
}

/** The run is over: nothing more will come of it. */
const OVER = "over";
/** After that another run may come to the same address. */
const AGAIN_MS = 5000;

/** Data that stands in the page itself; null where it has to be asked for. */
export async function frozen(id: string): Promise<PageData | null> {
  const text = document.getElementById(id)?.textContent;
  if (!text) return null;
  const packed = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const plain = new Blob([packed]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(plain).text());
}

/** A stretch as finely as the server has it. */
export async function detail(
  fromMs: number,
  toMs: number,
): Promise<PageColumns | null> {
  const response = await fetch(`data?from=${fromMs}&to=${toMs}`);
  return response.ok ? await response.json() : null;
}

/** Follows a run. The browser connects anew by itself when the server was gone. */
export function follow(sink: Sink): void {
  const events = new EventSource("events");
  let data: PageData | null = null;
  let beside: Beside = { control: false, other: null };
  events.onmessage = ({ data: text }) => {
    const message: PageMessage = JSON.parse(text);
    if (message.kind === "all") {
      ({ data, ...beside } = message);
    } else if (data !== null) {
      data = withTail(data, message.tail);
    }
    if (data === null) return;
    sink.data(data, beside);
    sink.link("live");
  };
  events.addEventListener(OVER, () => {
    events.close();
    sink.link("over");
    setTimeout(() => follow(sink), AGAIN_MS);
  });
  events.onerror = () => {
    // A viewer that waits for another run has lost nothing.
    if (data !== null) sink.link("lost");
    if (events.readyState !== EventSource.CLOSED) return;
    events.close();
    setTimeout(() => follow(sink), AGAIN_MS);
  };
}
