import * as z from "zod";
import { type ProtocolName, protocolOf } from "../../../protocol/mod.ts";
import {
  type CodeRange,
  codes,
  duration,
  type Finding,
  numberIn,
  rule,
  ruleOn,
  text,
} from "../fields.ts";
import {
  GrpcSchema,
  headerFindings,
  requestFindings,
  requestKeys,
} from "../request/mod.ts";
import {
  CapturesSchema,
  RepeatSchema,
  ThinkSchema,
  WhenSchema,
} from "./parts.ts";

/** Keys that say what a step of HTTP asks, and where. */
export const VERBS = [
  "get",
  "post",
  "put",
  "patch",
  "delete",
  "head",
  "options",
] as const;

/** One of them. */
export type Verb = typeof VERBS[number];

const PATH_CHARS_MAX = 8192;
// deno-lint-ignore no-control-regex
const STEP_NAME_REGEXP = /^[^\u0000-\u001f\u007f-\u009f/]*$/;

function path(verb: Verb) {
  return text(PATH_CHARS_MAX)
    .regex(/^\/[^#]*$/, "must be a path such as /items, without #").optional()
    .meta({
      description:
        `Sends ${verb.toUpperCase()} to this path, which stands behind the journey's base; may hold \${NAME} and {{fields}}`,
    });
}

const verbs = {
  get: path("get"),
  post: path("post"),
  put: path("put"),
  patch: path("patch"),
  delete: path("delete"),
  head: path("head"),
  options: path("options"),
};

const StepObject = z.strictObject({
  name: text(64).regex(
    STEP_NAME_REGEXP,
    "must not hold control characters or /",
  ).optional().meta({
    description: "Name in reports and metrics; unique in its journey",
  }),
  ...verbs,
  grpc: GrpcSchema.optional(),
  ...requestKeys,
  ok: codes().optional().meta({
    description:
      "Codes that count as success; without it HTTP below 400 and gRPC 0",
  }),
  timeout: duration("1ms", "1h").prefault("30s").meta({
    description: "A request without a whole answer after this has failed",
  }),
  capture: CapturesSchema.optional(),
  think: ThinkSchema.optional(),
  repeat: RepeatSchema.optional(),
  when: WhenSchema.optional(),
  probability: numberIn(0, 1).default(1).meta({
    description: "How likely it is that the step is sent",
  }),
  on_failure: z.enum(["end", "continue"]).default("end").meta({
    description: "What a failure of the step means for its journey",
  }),
});

type StepInput = z.output<typeof StepObject>;

/** A step: one request, or time to think. */
export const StepSchema = StepObject.check(
  ruleOn(["name", "grpc", ...VERBS], oneRequest),
  rule(onlyThink),
  ruleOn([], requestFindings),
  ruleOn(["grpc", ...VERBS], stepHeaders),
  ruleOn(["grpc", ...VERBS], grpcKeys),
  ruleOn(["grpc", "ok", ...VERBS], okCodes),
).meta({
  description:
    "One request: a name, and one of get, post, put, patch, delete, head, options and grpc; or think alone",
});

/** Whether an item is time to think and nothing else. */
export function isThink(step: StepInput): boolean {
  return asked(step).length === 0 && step.name === undefined;
}

function asked(step: StepInput): string[] {
  return [...VERBS, "grpc" as const].filter((key) => step[key] !== undefined);
}

function oneRequest(step: StepInput): Finding[] {
  const keys = asked(step);
  if (isThink(step)) {
    const message =
      "must have a name and one of get, post, put, patch, delete, head, options and grpc, or think alone";
    return step.think === undefined ? [{ path: [], message }] : [];
  }
  const findings: Finding[] = [];
  if (step.name === undefined) {
    findings.push({ path: ["name"], message: "is required" });
  }
  if (keys.length === 0) {
    const message =
      "must have one of get, post, put, patch, delete, head, options and grpc";
    findings.push({ path: [], message });
  }
  return [
    ...findings,
    ...keys.slice(1).map((key) => ({
      path: [key],
      message: `must not go with ${keys[0]}: a step has one request`,
    })),
  ];
}

const OF_REQUESTS = [
  ...["body", "json", "form", "multipart", "basic_auth", "check"] as const,
  ...["ok", "capture", "repeat", "when"] as const,
];

function onlyThink(step: StepInput): Finding[] {
  if (!isThink(step) || step.think === undefined) return [];
  return OF_REQUESTS.filter((key) => step[key] !== undefined).map((key) => ({
    path: [key],
    message: "must go with a request: get, post, put …",
    isSecret: true,
  }));
}

/** The protocol of a step. */
function protocolOfStep(step: StepInput, http: ProtocolName) {
  return step.grpc === undefined ? http : "grpc";
}

function stepHeaders(step: StepInput): Finding[] {
  // Its journey may say http2, which takes no more.
  const protocol = protocolOfStep(step, "http");
  return headerFindings(step.headers ?? {}, { protocol, client: "wire" });
}

const BODIES = ["body", "json", "form", "multipart"] as const;

function grpcKeys(step: StepInput): Finding[] {
  if (step.grpc === undefined) return [];
  const findings: Finding[] = BODIES
    .filter((key) => step[key] !== undefined)
    .map((key) => ({
      path: [key],
      message: "must not go with grpc, which sends grpc.message",
      isSecret: true,
    }));
  for (const [name, from] of Object.entries(step.capture ?? {})) {
    if (from.json === undefined && from.body === undefined) continue;
    const message =
      "must be header or status with grpc, whose answers are not kept";
    findings.push({ path: ["capture", name], message });
  }
  return findings;
}

function okCodes(step: StepInput): Finding[] {
  const { min, max } = protocolOf(protocolOfStep(step, "http")).codes;
  return (step.ok ?? []).flatMap(([from, to]: CodeRange, i) =>
    from >= min && to <= max
      ? []
      : [{ path: ["ok", i], message: `must be from ${min} to ${max}` }]
  );
}
