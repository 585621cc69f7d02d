import * as z from "zod";
import { protocolOf } from "../../../protocol/mod.ts";
import { parseUrl } from "../../../request/mod.ts";
import {
  address,
  duration,
  type Finding,
  numberIn,
  rule,
  ruleOn,
  text,
} from "../fields.ts";
import { ScriptCallSchema, TlsSchema } from "../request/mod.ts";
import { NAME_HINT, NAME_REGEXP } from "./parts.ts";
import { isThink, StepSchema, VERBS } from "./step.ts";

const JOURNEYS_MAX = 16;
const ITEMS_MAX = 100;
// deno-lint-ignore no-control-regex
const PRINTABLE_REGEXP = /^[^\u0000-\u001f\u007f-\u009f]*$/;

const JourneyObject = z.strictObject({
  name: text(64).regex(PRINTABLE_REGEXP, "must not hold control characters")
    .meta({ description: "Name in reports and metrics; unique" }),
  base: address().check(rule(noQuery)).meta({
    description:
      "Where its steps are: http://, https:// or unix:; their paths stand behind it. May hold ${NAME}",
    examples: ["https://shop.test"],
  }),
  protocol: z.enum(["http", "http2"]).default("http").meta({
    description: "http is HTTP/1.1, http2 is HTTP/2; steps with grpc are gRPC",
  }),
  weight: numberIn(0, 1_000_000).default(100).meta({
    description:
      "Share of the arrivals relative to targets and other journeys; 0 = off",
  }),
  timeout: duration("1ms", "24h").prefault("60s").meta({
    description:
      "A journey that has not come to its end after this has failed, thinking included",
  }),
  connection: z.enum(["shared", "own"]).default("shared").meta({
    description:
      "own opens one connection for each journey, as a browser does; shared takes those of all",
  }),
  cookies: z.boolean().default(false).meta({
    description: "Whether a journey keeps the cookies that it is given",
  }),
  tls: TlsSchema.optional(),
  steps: z.array(StepSchema).max(ITEMS_MAX).default([]).meta({
    description: "What happens, in this order; a journey has steps or a script",
  }),
  script: text(1024).regex(/\.(ts|mts|js|mjs)$/, "must be a .ts or .js file")
    .optional().meta({
      description:
        "A file of TypeScript in place of steps: it exports the names of its steps, and a function that is called for each journey. May hold ${NAME}",
      examples: ["odd.ts"],
    }),
  grpc: z.record(text(64), ScriptCallSchema).optional().meta({
    description:
      "Steps of the script that are calls of gRPC, and what each calls; it says the messages",
    examples: [{
      rate: { method: "shop.v1.Rates/Get", proto: ["rates.proto"] },
    }],
  }),
  vars: z.record(z.string().regex(NAME_REGEXP, NAME_HINT), z.string())
    .optional().meta({
      description:
        "Texts that the script gets as vars; may hold ${NAME}, such as a key to sign with",
    }),
});

type JourneyInput = z.output<typeof JourneyObject>;

/** One journey: requests that belong together. */
const JourneySchema = JourneyObject.check(
  ruleOn(["steps", "script", "vars", "grpc"], stepsOrScript),
  ruleOn(["think", "when", "probability", "name", ...VERBS], firstStep),
  ruleOn(["name"], stepNames),
  ruleOn(["name", "capture", "when", "repeat"], conditionNames),
  ruleOn(["steps", "connection", "protocol", "grpc"], ownConnection),
  ruleOn(["steps", "cookies"], ownCookies),
).meta({ description: "What an arrival starts when it is several requests" });

/** All journeys. */
export const JourneysSchema = z.array(JourneySchema).max(JOURNEYS_MAX)
  .default([]).meta({
    description:
      "Requests that belong together: login, then what follows from it. A config has targets, journeys or both",
  });

function noQuery(base: string): Finding[] {
  const url = parseUrl(base);
  const hasQuery = url.kind === "url" && url.path.includes("?");
  const message = "must have no query: it stands in the steps";
  return hasQuery ? [{ path: [], message }] : [];
}

/** Its steps, as far as they are steps: what is not is told already. */
function stepsIn({ steps }: JourneyInput): JourneyInput["steps"] {
  const isWhole = Array.isArray(steps) &&
    steps.every((step) => typeof step === "object" && step !== null);
  return isWhole ? steps : [];
}

function stepsOrScript(
  { steps, script, vars, grpc }: JourneyInput,
): Finding[] {
  if (script === undefined) {
    return [
      ...(steps.length === 0
        ? [{ path: [], message: "must have steps, or a script" }]
        : []),
      ...Object.entries({ vars, grpc }).flatMap(([key, value]) =>
        value === undefined
          ? []
          : [{ path: [key], message: "must go with a script" }]
      ),
    ];
  }
  const message = "must not go with steps: a script exports its own";
  return steps.length === 0 ? [] : [{ path: ["script"], message }];
}

function firstStep(journey: JourneyInput): Finding[] {
  const [first] = stepsIn(journey);
  if (first === undefined) return [];
  if (isThink(first)) {
    const message =
      "must not begin with think: a journey begins at its instant";
    return [{ path: ["steps", 0], message }];
  }
  const why = "must not be given for the first step, which starts the journey";
  return [
    ...first.when === undefined
      ? []
      : [{ path: ["steps", 0, "when"], message: why }],
    ...first.probability === 1
      ? []
      : [{ path: ["steps", 0, "probability"], message: why }],
  ];
}

function stepNames(journey: JourneyInput): Finding[] {
  const first = new Map<string, number>();
  return stepsIn(journey).flatMap(({ name }, i) => {
    if (name === undefined) return [];
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, i);
      return [];
    }
    const message = `must be unique, steps.${before} has the same name`;
    return [{ path: ["steps", i, "name"], message }];
  });
}

/** Conditions look at steps and names that come before them, or are their own. */
function conditionNames(journey: JourneyInput): Finding[] {
  const names = new Set<string>();
  const captured = new Set<string>();
  return stepsIn(journey).flatMap((step, i) => {
    const before = { names: new Set(names), captured: new Set(captured) };
    if (step.name !== undefined) names.add(step.name);
    for (const name of Object.keys(step.capture ?? {})) captured.add(name);
    const { repeat } = step;
    const looped = typeof repeat !== "object"
      ? []
      : Object.entries(repeat).filter(([key]) =>
        key === "until" || key === "while"
      );
    return [
      ...conditionFindings(step.when, before).map(({ path, message }) => ({
        path: ["steps", i, "when", ...path],
        message,
      })),
      ...looped.flatMap(([key, condition]) =>
        conditionFindings(condition, { names, captured }).map((
          { path, message },
        ) => ({ path: ["steps", i, "repeat", key, ...path], message }))
      ),
    ];
  });
}

function conditionFindings(
  condition: JourneyInput["steps"][number]["when"],
  { names, captured }: {
    readonly names: ReadonlySet<string>;
    readonly captured: ReadonlySet<string>;
  },
): Finding[] {
  const unknown = (
    key: "status" | "captured",
    known: ReadonlySet<string>,
    what: string,
  ): Finding[] =>
    Object.keys(condition?.[key] ?? {}).filter((name) => !known.has(name))
      .map((name) => ({
        path: [key, name],
        message: `must name ${what} before it: ${
          known.size === 0 ? "there is none" : [...known].join(", ")
        }`,
      }));
  return [
    ...unknown("status", names, "a step"),
    ...unknown("captured", captured, "a value that is captured"),
  ];
}

function ownConnection(
  { connection, protocol, steps, grpc }: JourneyInput,
): Finding[] {
  if (connection !== "own") return [];
  const calls = steps.filter((step) => isThink(step) || step.grpc).length;
  // What a script sends beside its calls is not known here.
  const isOne = protocolOf(protocol).isMultiplexed || grpc === undefined &&
      (calls === steps.length ||
        steps.every(({ grpc }) => grpc === undefined));
  const message =
    "must be shared, or all steps speak one protocol: with grpc, protocol: http2";
  return isOne ? [] : [{ path: ["connection"], message }];
}

function ownCookies({ cookies, steps }: JourneyInput): Finding[] {
  if (!cookies) return [];
  return steps.flatMap(({ headers = {} }, i) =>
    Object.keys(headers).filter((name) => name.toLowerCase() === "cookie")
      .map((name) => ({
        path: ["steps", i, "headers", name],
        message: "must not go with cookies: true, which sends it",
        isSecret: true,
      }))
  );
}
