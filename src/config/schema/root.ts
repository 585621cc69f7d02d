import * as z from "zod";
import {
  fetchComplaint,
  parseUrl,
  type SendingClient,
} from "../../request/mod.ts";
import {
  address,
  codes,
  duration,
  type Finding,
  method,
  ruleOn,
  webAddress,
  wholeIn,
  zoneName,
} from "./fields.ts";
import { DataSchema } from "./request/mod.ts";
import { irregularGoals, IrregularSchema } from "./irregular/mod.ts";
import { RecordSchema } from "./record.ts";
import { listenAddress } from "./listen.ts";
import { FleetSchema, SafetySchema } from "./safety.ts";
import {
  JourneysSchema,
  SENT_RULES,
  SetupSchema,
  TargetsSchema,
} from "./journey/mod.ts";
import {
  ControllerSchema,
  IN_FLIGHT_MAX,
  LimitsSchema,
  PatternSchema,
  ScenariosSchema,
  scenariosWithin,
} from "./traffic/mod.ts";
import {
  thresholdsFindings,
  ThresholdsSchema,
  TolerateSchema,
} from "./thresholds.ts";
import { UiSchema } from "./ui.ts";

const WORKERS_MAX = 64;

/** The default seed: any constant, as long as it stays the same. */
const DEFAULT_SEED = 98;
const SEED_HINT = "must be random or a whole number from 0 to 2^53 − 1";
const WORKERS_HINT = `must be auto or a whole number from 1 to ${WORKERS_MAX}`;

/** Presets by name. */
export const PRESET_NAMES = ["gentle", "moderate", "aggressive"] as const;

const HealthSchema = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description: "Whether the health of targets is checked",
  }),
  interval: duration("100ms", "24h").prefault("10s").meta({
    description: "Time between two checks of a target",
  }),
  timeout: duration("1ms", "1h").prefault("5s").meta({
    description: "A check without an answer after this has failed",
  }),
  on_unhealthy: z.enum(["report", "remove"]).default("report").meta({
    description:
      "report only reports; remove takes a target out of the traffic after 3 failures and back after 2 successes",
  }),
  url: address().optional().meta({
    description:
      "What to ask instead of the target's own URL; may hold ${NAME}",
  }),
  method: method().optional().meta({
    description:
      "Method of the check; without it the target's own GET or HEAD, else only a connection is opened",
  }),
  expect: codes().optional().meta({
    description: "Codes of a healthy answer; without it 200-399",
    examples: [[200, "204-299"]],
  }),
}).prefault({}).meta({ description: "Health checks, counted apart" });

const ADDRESS_HINT = "must be like :9090 or 127.0.0.1:9090";
const PATH_HINT = "must be a path such as /metrics, not /healthz or /readyz";

const MetricsSchema = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description: "Whether Prometheus can read kar's metrics",
  }),
  address: listenAddress(ADDRESS_HINT)
    .optional().meta({
      default: ":9090",
      description:
        "host:port to listen on; without a host, all interfaces. Where none is given and port 9090 is in use, a free one is taken",
    }),
  path: z.string().max(256)
    .regex(/^\/[A-Za-z0-9_./-]*$/, PATH_HINT)
    .refine((path) => path !== "/healthz" && path !== "/readyz", PATH_HINT)
    .default("/metrics").meta({ description: "Where the metrics are" }),
  otlp: z.strictObject({
    endpoint: webAddress().meta({
      description:
        "Base address of a receiver of OTLP over HTTP, to which /v1/metrics is added; may hold ${NAME}",
      examples: ["http://localhost:4318"],
    }),
    interval: duration("1s", "1h").prefault("10s").meta({
      description: "Time between two messages",
    }),
  }).optional().meta({
    description:
      "Sends the metrics to OpenTelemetry, too; without it, the variables OTEL_EXPORTER_OTLP_* decide",
  }),
}).prefault({}).meta({ description: "The read-only endpoint of Prometheus" });

/**
 * Blocks of the Go program's files that are read or told to be ignored;
 * `deprecated`, so that nobody is told to write them.
 */
const goBlocks = {
  worker: z.strictObject({
    pool_size: wholeIn(1, IN_FLIGHT_MAX).optional().meta({
      description: "Read as limits.in_flight",
    }),
    queue_size: z.number().optional().meta({
      deprecated: true,
      description: "Ignored",
    }),
    max_idle_conns: z.number().optional().meta({
      deprecated: true,
      description: "Ignored",
    }),
    idle_conn_timeout: z.string().optional().meta({
      deprecated: true,
      description: "Ignored",
    }),
  }).optional().meta({
    deprecated: true,
    description: "A block of the Go version's files; use limits instead",
  }),
  dashboard: z.looseObject({}).optional().meta({
    deprecated: true,
    description: "A block of the Go version's files; ignored",
  }),
  master: z.looseObject({}).optional().meta({
    deprecated: true,
    description: "A block of the Go version's files; ignored",
  }),
};

/** The whole file. */
export const RootSchema = z.strictObject({
  targets: TargetsSchema,
  journeys: JourneysSchema,
  setup: SetupSchema.optional(),
  data: DataSchema.optional(),
  preset: z.enum(PRESET_NAMES).optional().meta({
    description:
      "Sets what the file does not say: spike_factor, lambda, noise amplitude, and max_tps as a multiple of base_tps",
  }),
  controller: ControllerSchema,
  pattern: PatternSchema,
  scenarios: ScenariosSchema,
  irregular: IrregularSchema,
  arrivals: z.enum(["poisson", "uniform"]).default("poisson").meta({
    description:
      "How requests are spread in time: poisson as independent users do, uniform evenly",
  }),
  seed: z.union([
    z.literal("random"),
    wholeIn(0, Number.MAX_SAFE_INTEGER),
  ], { error: SEED_HINT }).default(DEFAULT_SEED).meta({
    description:
      "Seed of all random draws: the same seed gives the same traffic; random draws one and prints it",
  }),
  timezone: z.string().max(64)
    .refine(
      (text) => zoneName(text) !== undefined,
      "must be a time zone such as Europe/Berlin or UTC",
    ).optional().meta({
      description: "Zone of the schedule; without it, the system's",
    }),
  pacing: z.enum(["auto", "exact", "normal", "eco"]).default("auto").meta({
    description:
      "How hard kar works to be on time: exact takes what it needs, normal up to a quarter of a core, eco next to nothing; auto goes by rate and cores",
  }),
  workers: z.union([z.literal("auto"), wholeIn(1, WORKERS_MAX)], {
    error: WORKERS_HINT,
  }).default("auto").meta({ description: "Threads that send" }),
  limits: LimitsSchema,
  health: HealthSchema,
  metrics: MetricsSchema,
  ui: UiSchema,
  safety: SafetySchema,
  thresholds: ThresholdsSchema,
  tolerate: TolerateSchema,
  allow_unknown: z.boolean().default(false).meta({
    description:
      "Whether the run has passed although a threshold could not be judged",
  }),
  fleet: FleetSchema,
  record: RecordSchema,
  ...goBlocks,
}).check(
  ...SENT_RULES,
  ruleOn(["workers", "limits", "connections"], connectionEach),
  ruleOn(["targets", "health"], healthUrl),
  ruleOn(["scenarios", "controller"], scenariosWithin),
  ruleOn(["irregular", "targets", "journeys"], irregularGoals),
  ruleOn(
    ["thresholds", "targets", "journeys", "scenarios", "safety"],
    thresholdsFindings,
  ),
).meta({
  title: "kar",
  description: "Configuration of kar: realistic, irregular traffic",
});

/** No worker can send without a connection of its own. */
function connectionEach({ workers, limits: { connections } }: {
  readonly workers: "auto" | number;
  readonly limits: { readonly connections: number };
}): Finding[] {
  if (workers === "auto" || workers <= connections) return [];
  const message = "must be at least workers, each of which needs one";
  return [{ path: ["limits", "connections"], message }];
}

/** Checks go through each target's own client, which has to be able to send them. */
function healthUrl({ targets, health }: {
  readonly targets: readonly SendingClient[];
  readonly health: { readonly url?: string | undefined };
}): Finding[] {
  const url = health.url === undefined ? null : parseUrl(health.url);
  if (url === null || url.kind === "wrong") return [];
  for (const sender of targets) {
    const message = fetchComplaint(url, sender);
    if (message !== null) return [{ path: ["health", "url"], message }];
  }
  return [];
}

/** What zod makes of a file: defaults in place, durations in milliseconds. */
export type Root = z.output<typeof RootSchema>;
