import { jsonpath } from "json-p3";
import * as z from "zod";
import { TOKEN_REGEXP } from "../../../request/mod.ts";
import {
  codeOrCodes,
  duration,
  type Finding,
  rule,
  text,
  wholeIn,
} from "../fields.ts";

/*
 * What a step of a journey is made of beside its request.
 */

const CAPTURES_MAX = 20;
const REPEAT_MAX = 1000;
const PATTERN_CHARS_MAX = 1024;
/** How captured values are named, and used as {{name}}. */
export const NAME_REGEXP = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const NAME_HINT = "must be a name of letters, digits and _";

/** Time between two requests, in milliseconds. */
export const ThinkSchema = z.union([
  duration("0ms", "24h"),
  z.strictObject({ mean: duration("0ms", "24h") }),
], {
  error: "must be a duration such as 2s, or { mean: 2s }",
}).meta({
  description:
    "Time before the next request: 2s is always as long, { mean: 2s } is drawn from an exponential distribution",
});

const CaptureSchema = z.strictObject({
  json: text(PATTERN_CHARS_MAX).check(rule(jsonPath)).optional().meta({
    description: "JSONPath (RFC 9535) into the answer's body",
  }),
  header: z.string().regex(TOKEN_REGEXP, "must be a header's name").optional()
    .meta({ description: "Header of the answer" }),
  body: text(PATTERN_CHARS_MAX).check(rule(regexp)).optional().meta({
    description:
      "Regular expression for the answer's body: its first group, or all of it",
  }),
  status: z.literal(true).optional().meta({
    description: "The answer's code",
  }),
  optional: z.boolean().default(false).meta({
    description:
      "Whether an answer without it is no failure; the name then holds nothing",
  }),
}).check(rule(oneSource)).meta({
  description: "What is taken from the answer, for later steps",
});

function jsonPath(path: string): Finding[] {
  try {
    jsonpath.compile(path);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    const message = `must be a JSONPath such as $.user.id: ${why}`;
    return [{ path: [], message }];
  }
}

function regexp(pattern: string): Finding[] {
  try {
    new RegExp(pattern, "u");
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    return [{ path: [], message: `must be a regular expression: ${why}` }];
  }
}

function oneSource(
  { json, header, body, status }: {
    readonly json?: string | undefined;
    readonly header?: string | undefined;
    readonly body?: string | undefined;
    readonly status?: true | undefined;
  },
): Finding[] {
  const given = [json, header, body, status]
    .filter((source) => source !== undefined).length;
  const message = "must have one of json, header, body and status";
  return given === 1 ? [] : [{ path: [], message }];
}

/** Values that a step takes from its answer, by their names. */
export const CapturesSchema = z.record(
  z.string().regex(NAME_REGEXP, NAME_HINT),
  CaptureSchema,
).check(rule((captures: Readonly<Record<string, unknown>>) => {
  const count = Object.keys(captures).length;
  const message = `must have at most ${CAPTURES_MAX} names`;
  return count <= CAPTURES_MAX ? [] : [{ path: [], message }];
})).meta({ description: "Values that later steps use as {{name}}" });

const ConditionSchema = z.strictObject({
  status: z.record(z.string(), codeOrCodes()).optional().meta({
    description: "Steps, and the codes that their last answers must have had",
    examples: [{ browse: 200 }],
  }),
  captured: z.record(
    z.string(),
    z.union([z.string(), z.boolean(), z.number()], {
      error: "must be a text, true (anything) or false (nothing)",
    }),
  ).optional().meta({
    description:
      "Captured names, and what they must hold: a text, true for anything, false for nothing",
    examples: [{ next: true }],
  }),
}).check(rule(someCondition));

function someCondition(
  { status = {}, captured = {} }: {
    readonly status?: Readonly<Record<string, unknown>> | undefined;
    readonly captured?: Readonly<Record<string, unknown>> | undefined;
  },
): Finding[] {
  const count = Object.keys(status).length + Object.keys(captured).length;
  const message = "must have a status or a captured name to look at";
  return count > 0 ? [] : [{ path: [], message }];
}

/** When a step is sent. */
export const WhenSchema = ConditionSchema.meta({
  description: "The step is left out unless all of this holds",
});

const most = wholeIn(1, REPEAT_MAX).default(100).meta({
  description: "Times at most",
});

/** How often a step is sent. */
export const RepeatSchema = z.union([
  wholeIn(1, REPEAT_MAX),
  z.strictObject({
    int: z.tuple([wholeIn(1, REPEAT_MAX), wholeIn(1, REPEAT_MAX)])
      .refine(([from, to]) => from <= to, "must be like [1, 5]"),
  }),
  z.strictObject({ until: ConditionSchema, most }),
  z.strictObject({ while: ConditionSchema, most }),
], {
  error:
    "must be a number, { int: [1, 5] }, { until: … } or { while: … }, at most 1000 times",
}).meta({
  description:
    "How often the step is sent: a number, { int: [1, 5] } drawn for each journey, or until or while something holds, at most so often",
});
