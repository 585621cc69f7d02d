import manifest from "../../../deno.json" with { type: "json" };
import { expand } from "../../base/mod.ts";
import type { OtlpSender } from "../../metrics/mod.ts";
import type { Observer, Tell } from "../../observer/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import type { System } from "../system.ts";

/** Time between two messages, unless the config or the environment says otherwise. */
const INTERVAL_MS = 10_000;
const INTERVAL_MS_MIN = 1000;

/** What decides where metrics are sent. */
export interface OtlpSetting {
  readonly plan: Plan;
  readonly variables: Readonly<Record<string, string>>;
  readonly tell: Tell;
}

/** Who sends a run's metrics by OTLP; null where nobody wants them. */
export async function openOtlp(
  { env }: System,
  { plan, variables, tell }: OtlpSetting,
): Promise<Observer | null> {
  const { otlp } = plan.metrics;
  const { OtlpSender, otlpUrl } = await import("../../metrics/mod.ts");
  const url = otlpUrl(otlp ? expand(otlp.endpoint, variables) : null, env);
  if (url === null) return null;
  const sender = new OtlpSender({
    url,
    resource: {
      "service.name": env("OTEL_SERVICE_NAME") ?? "kar",
      "service.version": manifest.version,
    },
  });
  const everyMs = otlp?.intervalMs ?? intervalOf(env);
  return new OtlpObserver(sender, everyMs, tell);
}

function intervalOf(env: System["env"]): number {
  const ms = Number(env("OTEL_METRIC_EXPORT_INTERVAL") ?? INTERVAL_MS);
  return Number.isFinite(ms) ? Math.max(ms, INTERVAL_MS_MIN) : INTERVAL_MS;
}

/** Sends now and then and at the end; a receiver that is not there is told once. */
class OtlpObserver implements Observer {
  readonly name = "OTLP exporter";
  readonly look: NonNullable<Observer["look"]>;
  readonly #sender: OtlpSender;
  readonly #tell: Tell;
  #isFailing = false;

  constructor(sender: OtlpSender, everyMs: number, tell: Tell) {
    this.#sender = sender;
    this.#tell = tell;
    this.look = { everyMs, at: (snapshot) => this.#send(snapshot) };
  }

  async ended(snapshot: Snapshot): Promise<void> {
    await this.#send(snapshot);
  }

  async close(): Promise<void> {
    await this.#sender.close();
  }

  async #send(snapshot: Snapshot): Promise<void> {
    const why = await this.#sender.send(snapshot);
    if (why === null && this.#isFailing) {
      this.#tell("Metrics arrive by OTLP again");
    }
    if (why !== null && !this.#isFailing) {
      this.#tell(
        `Metrics do not arrive by OTLP: ${why}; the run goes on`,
        "warn",
      );
    }
    this.#isFailing = why !== null;
  }
}
