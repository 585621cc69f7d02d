import * as z from "zod";
import { IRREGULAR_KINDS } from "../../../pattern/mod.ts";
import { duration, numberIn, text, wholeIn } from "../fields.ts";
import { whenShape } from "./when.ts";

const COUNT_MAX = 1e9;
const RATE_MAX = 1_000_000;
const PERCENT_REGEXP = /^[0-9]+(\.[0-9]+)?%?$/;

/** Percent within bounds; becomes a share: 0.02 is 2 %. */
function percent(min: number, max: number) {
  const hint = `must be percent from ${min} to ${max}, such as 2%`;
  return z.union([
    z.number(),
    z.string().regex(PERCENT_REGEXP, hint)
      .transform((written) => Number(written.replace("%", ""))),
  ], { error: hint })
    .refine((value) => value >= min && value <= max, hint)
    .transform((value) => value / 100);
}

const goal = {
  target: text(256).optional().meta({
    description:
      "Name of the target that its requests go to, which may have weight 0; without it, they go as all others",
  }),
  journey: text(256).optional().meta({
    description: "Name of the journey that it starts, instead of a target",
  }),
};

const BackOffSchema = z.strictObject({
  base: duration("100ms", "5m").meta({
    description: "Wait before the first try again",
  }),
  times: numberIn(1, 10).default(2).meta({
    description: "Each wait is so many times the one before",
  }),
  max: duration("100ms", "5m").meta({ description: "The longest wait" }),
  jitter: z.enum(["none", "equal", "full"]).default("none").meta({
    description:
      "What of a wait is drawn: nothing, its second half (equal), all of it (full)",
  }),
}).meta({ description: "How clients wait between tries" });

/** Work that many clients begin at a full period. */
const CronSchema = z.strictObject({
  kind: z.literal("cron"),
  ...whenShape,
  share: percent(0, 10_000).optional().meta({
    description:
      "Requests of one time, as percent of what base_tps makes in a period of every",
  }),
  requests: numberIn(0, COUNT_MAX).optional().meta({
    description: "Requests of one time, instead of share",
  }),
  spread: duration("100ms", "5m").prefault("2s").meta({
    description: "Mean time until a client begins",
  }),
  skew: duration("0s", "1m").prefault("0s").meta({
    description: "How far clocks are apart: deviation",
  }),
  ...goal,
});

/** A message to many devices. */
const PushSchema = z.strictObject({
  kind: z.literal("push"),
  ...whenShape,
  devices: numberIn(1, COUNT_MAX).meta({
    description: "Devices that get the message",
  }),
  opened: percent(0, 100).meta({
    description: "Part of them that open it, in percent",
  }),
  sent_over: duration("0s", "30m").prefault("0s").meta({
    description: "How long sending takes",
  }),
  reaction: z.strictObject({
    median: duration("100ms", "30m").prefault("20s").meta({
      description: "Half of the people have opened it by then",
    }),
    sigma: numberIn(0.1, 3).default(1.2).meta({
      description: "How different people are: deviation of the logarithm",
    }),
  }).prefault({}).meta({ description: "How long people take: log-normal" }),
  ...goal,
});

/** A crowd. */
const FlashSchema = z.strictObject({
  kind: z.literal("flash"),
  ...whenShape,
  factor: numberIn(1, 1000).meta({
    description: "The rate is multiplied by this at the top",
  }),
  rise: duration("100ms", "1h").prefault("60s").meta({
    description: "Time until the top",
  }),
  half: duration("1s", "24h").prefault("10m").meta({
    description: "Time from the top until half of the crowd has left",
  }),
  power: numberIn(0.1, 5).default(1).meta({
    description: "How fast the rest leaves; 1 is slowly",
  }),
  lasts: duration("1s", "72h").prefault("2h").meta({
    description: "From its begin; then it is cut off",
  }),
  hot: z.strictObject({
    ...goal,
    share: percent(0, 100).meta({
      description: "Part of all requests that go there at the top, in percent",
    }),
  }).optional().meta({ description: "The one thing that the crowd wants" }),
});

/** Clients that try again. */
const RetrySchema = z.strictObject({
  kind: z.literal("retry"),
  ...whenShape,
  outage: duration("100ms", "10m").meta({
    description: "How long tries fail",
  }),
  fails: percent(0, 100).prefault("100%").meta({
    description: "Part of the tries that fail in the outage, in percent",
  }),
  after: duration("0s", "1m").prefault("1s").meta({
    description: "From a try to its failure, such as a timeout",
  }),
  backoff: BackOffSchema,
  tries: wholeIn(1, 20).default(5).meta({
    description: "Tries after the first one",
  }),
});

/** Clients that have all lost their connections. */
const ReconnectSchema = z.strictObject({
  kind: z.literal("reconnect"),
  ...whenShape,
  clients: numberIn(1, COUNT_MAX).meta({
    description: "Clients that lose their connection at once",
  }),
  backoff: BackOffSchema,
  accept: numberIn(1, RATE_MAX).optional().meta({
    description:
      "Connections a second that the service takes; the others try again; without it, all are taken",
  }),
  then: wholeIn(0, 100).default(0).meta({
    description:
      "Requests of each client that is back, which go as all others do",
  }),
  target: text(256).meta({
    description:
      "Name of the target that is asked on new connections: it must have max_requests_per_connection: 1",
  }),
});

/** One client that asks for everything. */
const CrawlerSchema = z.strictObject({
  kind: z.literal("crawler"),
  ...whenShape,
  lasts: duration("1s", "24h").meta({ description: "How long it walks" }),
  rate: numberIn(0, RATE_MAX).meta({ description: "Its requests per second" }),
  ...goal,
});

/** Any of them, by its kind. */
export const IrregularitySchema = z.discriminatedUnion("kind", [
  CronSchema,
  PushSchema,
  FlashSchema,
  RetrySchema,
  ReconnectSchema,
  CrawlerSchema,
], { error: `must have a kind: ${IRREGULAR_KINDS.toSorted().join(", ")}` });

/** One named irregularity, as it is written. */
export type IrregularInput = z.output<typeof IrregularitySchema>;
