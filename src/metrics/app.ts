import { Hono } from "hono";
import { KarError, messageOf, printable } from "../base/mod.ts";
import type { PartState, RunState, Snapshot } from "../stats/mod.ts";
import { renderMetrics } from "./render.ts";

/** What the web app shows, and where. */
export interface MetricsAppOptions {
  /** Called at each scrape, and then only. */
  readonly snapshot: () => Snapshot;
  /** All parts of a fleet's run together, asked at each scrape; null = it is none. Absent = it never is. */
  readonly whole?: (() => Promise<WholeSample> | null) | undefined;
  /** Path of the metrics, such as `/metrics`. */
  readonly path: string;
}

/** All parts of a fleet's run, at one instant. */
export interface WholeSample {
  readonly snapshot: Snapshot;
  readonly parts: readonly PartState[];
}

const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const READY_STATES: readonly RunState[] = ["armed", "firing", "paused"];

/**
 * The read-only web app: metrics at `path`, those of this process alone at
 * `path/part` (another thing only for a part of a fleet's run), `/healthz` (200 while the process
 * lives), `/readyz` (200 when all workers are up and traffic flows or could,
 * else 503 with the reason). Works without a port by `app.request(path)`.
 */
export function metricsApp(
  { snapshot, whole, path }: MetricsAppOptions,
): Hono {
  const app = new Hono();
  app.get(path, async (c) => {
    const all = await whole?.() ?? { snapshot: snapshot(), parts: [] };
    const text = await renderMetrics(all.snapshot, all.parts);
    return c.body(text, 200, { "content-type": PROMETHEUS_TYPE });
  });
  app.get(`${path}/part`, async (c) => {
    const text = await renderMetrics(snapshot());
    return c.body(text, 200, { "content-type": PROMETHEUS_TYPE });
  });
  app.get("/healthz", (c) => c.text("ok\n"));
  app.get("/readyz", (c) => {
    const reason = notReadyBecause(snapshot());
    return reason === null
      ? c.text("ready\n")
      : c.text(`not ready: ${reason}\n`, 503);
  });
  const places = [path, `${path}/part`, "/healthz", "/readyz"];
  for (const place of places) {
    app.all(place, (c) => c.text("read only\n", 405, { allow: "GET, HEAD" }));
  }
  app.notFound((c) => c.text(`kar serves ${places.join(", ")}\n`, 404));
  // A run that has not begun yet is not a bug: ask again.
  app.onError((error, c) =>
    c.text(
      `${printable(messageOf(error))}\n`,
      error instanceof KarError ? 503 : 500,
    )
  );
  return app;
}

/** Why no traffic can flow now; null when it can. */
function notReadyBecause(snapshot: Snapshot): string | null {
  const { state, workersUp, workersWanted } = snapshot;
  if (!READY_STATES.includes(state)) return `the state is ${state}`;
  if (workersUp < workersWanted) {
    return `${workersUp} of ${workersWanted} workers are up`;
  }
  return null;
}
