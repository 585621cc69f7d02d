import * as z from "zod";
import { parseUrl } from "../../../request/mod.ts";
import { address, duration, type Finding, rule, ruleOn } from "../fields.ts";
import { headerFindings, requestKeys, TlsSchema } from "../request/mod.ts";
import { isThink, StepSchema } from "./step.ts";

const ITEMS_MAX = 20;
/** What only a journey can do with a step. */
const OF_JOURNEYS = ["grpc", "repeat", "when"] as const;

const SetupObject = z.strictObject({
  base: address().check(rule(noQuery)).meta({
    description:
      "Where its steps are: http://, https:// or unix:; their paths stand behind it. May hold ${NAME}",
    examples: ["https://shop.test"],
  }),
  protocol: z.enum(["http", "http2"]).default("http").meta({
    description: "http is HTTP/1.1, http2 is HTTP/2",
  }),
  headers: requestKeys.headers,
  tls: TlsSchema.optional(),
  timeout: duration("1ms", "1h").prefault("60s").meta({
    description:
      "Steps that have not come to their end after this have failed, thinking included",
  }),
  every: duration("1s", "24h").optional().meta({
    description:
      "Does all of it again after so long, and its new values hold from then on; without it, once",
    examples: ["50m"],
  }),
  steps: z.array(StepSchema).min(1).max(ITEMS_MAX).meta({
    description: "What happens, in this order; a failure ends it",
  }),
});

type SetupInput = z.output<typeof SetupObject>;

/** What happens before the first arrival. */
export const SetupSchema = SetupObject.check(
  ruleOn(["headers"], sharedHeaders),
  ruleOn(["steps"], ownKeys),
  ruleOn(["steps"], stepNames),
).meta({
  description:
    "Requests before the run, whose captured values all targets and journeys use as {{name}}: log in once, a token for all",
});

function noQuery(base: string): Finding[] {
  const url = parseUrl(base);
  const hasQuery = url.kind === "url" && url.path.includes("?");
  const message = "must have no query: it stands in the steps";
  return hasQuery ? [{ path: [], message }] : [];
}

function sharedHeaders({ headers }: SetupInput): Finding[] {
  return headerFindings(headers, { protocol: "http", client: "wire" });
}

function ownKeys({ steps }: SetupInput): Finding[] {
  const message = "must not be given in setup: its steps are sent once";
  return steps.flatMap((step, i) =>
    [
      ...OF_JOURNEYS.filter((key) => step[key] !== undefined),
      ...(step.probability === 1 ? [] : ["probability"]),
      ...(step.on_failure === "end" ? [] : ["on_failure"]),
    ].map((key) => ({
      path: ["steps", i, key],
      message: key === "grpc" ? "must be a request of HTTP in setup" : message,
    }))
  );
}

function stepNames({ steps }: SetupInput): Finding[] {
  const first = new Map<string, number>();
  const findings: Finding[] = steps.flatMap((step, i) => {
    const { name } = step;
    if (name === undefined) return [];
    const before = first.get(name);
    if (before === undefined) first.set(name, i);
    const message = `must be unique, steps.${before} has the same name`;
    return before === undefined
      ? []
      : [{ path: ["steps", i, "name"], message }];
  });
  const isIdle = steps.every(isThink);
  const message = "must hold a request";
  return isIdle ? [...findings, { path: ["steps"], message }] : findings;
}
