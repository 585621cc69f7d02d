import { KarError } from "../../base/mod.ts";
import type { Run } from "../../run/mod.ts";
import type { Observer } from "../../observer/mod.ts";
import type { Plan } from "../../plan/mod.ts";

/** Shows a run to Prometheus. */
export interface MetricsObserver extends Observer {
  /** Where, in words. */
  readonly told: string;
}

/** Prometheus's own port, too: it may well be in use. */
const USUAL_ADDRESS = ":9090";

/**
 * Listens before anything is sent, so that a port in use ends kar before it
 * has touched the target. Where the user named no address, a free port does.
 *
 * @returns null where metrics are off
 * @throws {KarError} `cannotStart` when the address cannot be had
 */
export async function openMetrics(
  { metrics }: Plan,
): Promise<MetricsObserver | null> {
  if (!metrics.enabled) return null;
  const { address, path } = metrics;
  const { serveMetrics } = await import("../../metrics/mod.ts");
  let shown: Run | undefined;
  const server = serveMetrics({
    address: address ?? USUAL_ADDRESS,
    mayMove: address === null,
    path,
    whole: () => shown?.parts?.look() ?? null,
    snapshot() {
      if (shown !== undefined) return shown.snapshot();
      throw new KarError("cannotStart", "The run has not begun yet");
    },
  });
  const told = `Metrics on ${server.address}${path}`;
  const hasMoved = address === null && server.address !== USUAL_ADDRESS;
  return {
    name: "metrics endpoint",
    told: hasMoved
      ? `${told}, since port 9090 is in use; metrics.address chooses another one`
      : told,
    begun(run) {
      shown = run;
    },
    close: () => server.close(),
  };
}
