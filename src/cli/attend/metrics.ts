import { KarError } from "../../base/mod.ts";
import type { Run } from "../../controller/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import type { Viewer } from "./viewer.ts";

/** The metrics endpoint of a run, perhaps off. */
export interface Metrics {
  /** From now on this run is shown. */
  show(run: Run): void;
  close(): Promise<void>;
}

const OFF: Metrics = { show: () => {}, close: () => Promise.resolve() };

/**
 * Listens before anything is sent, so that a port in use ends kar before it
 * has touched the target.
 *
 * @throws {KarError} `cannotStart` when the address cannot be had, unless the
 *   run may go on without
 */
export async function openMetrics(
  { metrics }: Plan,
  viewer: Viewer,
  { mayFail }: { readonly mayFail: boolean },
): Promise<Metrics> {
  if (!metrics.enabled) return OFF;
  try {
    return await listen(metrics, viewer);
  } catch (error) {
    if (!mayFail || !(error instanceof KarError)) throw error;
    viewer.log(`Without metrics: ${error.message}`, "warn");
    return OFF;
  }
}

async function listen(
  { address, path }: Plan["metrics"],
  viewer: Viewer,
): Promise<Metrics> {
  const { serveMetrics } = await import("../../metrics/mod.ts");
  let shown: Run | undefined;
  const server = serveMetrics({
    address,
    path,
    snapshot() {
      if (shown !== undefined) return shown.snapshot();
      throw new KarError("cannotStart", "The run has not begun yet");
    },
  });
  viewer.log(`Metrics on ${server.address}${path}`);
  return {
    show(run) {
      shown = run;
    },
    close: () => server.close(),
  };
}
