import * as z from "zod";
import { TOKEN_REGEXP } from "../../../request/mod.ts";
import { codeOrCodes, type Finding, rule, text } from "../fields.ts";
import { headers } from "./headers.ts";

/*
 * What a request carries and what is checked of its answer: the same keys for
 * targets and for the steps of a journey.
 */

const BODY_CHARS_MAX = 2 ** 20;
const FIELDS_MAX = 1000;
const CHECKS_MAX = 64;
const VALUE_CHARS_MAX = 8192;

const file = text(4096).meta({
  description: "File to send, as it is; once in memory for all workers",
});

/** A text, or a number or boolean that is sent as it is written. */
const plainValue = z.union([z.string(), z.number(), z.boolean()], {
  error: "must be text, a number, true or false",
});

const BodySchema = z.union([
  z.string().max(BODY_CHARS_MAX),
  z.strictObject({ file }),
], { error: "must be text, or { file: … }" });

const FormSchema = z.record(
  z.string(),
  z.union([plainValue, z.array(plainValue).min(1).max(FIELDS_MAX)], {
    error: "must be text, a number, true, false, or a list of them",
  }),
).check(rule(notTooMany));

const PartSchema = z.union([
  plainValue,
  z.strictObject({
    file,
    filename: text(255).optional().meta({
      description: "Name that the part says; without it, the file's own",
    }),
    type: text(255).optional().meta({
      description: "Its content-type; without it, application/octet-stream",
    }),
  }),
], { error: "must be text, a number, true, false, or { file: … }" });

const MultipartSchema = z.record(z.string(), PartSchema)
  .check(rule(notTooMany));

function notTooMany(fields: Readonly<Record<string, unknown>>): Finding[] {
  const count = Object.keys(fields).length;
  const message = `must have 1 to ${FIELDS_MAX} fields`;
  return count >= 1 && count <= FIELDS_MAX ? [] : [{ path: [], message }];
}

const TOKEN_HINT = "must be a header's name: letters, digits and -";

/** What an answer must be; what is not is the failure `check`. */
const CheckSchema = z.strictObject({
  status: codeOrCodes().optional().meta({
    description: "Codes that the answer may have",
    examples: [[200, "204-299"]],
  }),
  header: z.record(
    z.string().regex(TOKEN_REGEXP, TOKEN_HINT),
    z.string().max(VALUE_CHARS_MAX),
  ).optional().meta({
    description: "Headers that the answer must have, with their values",
  }),
  body: z.strictObject({
    contains: z.string().min(1).max(VALUE_CHARS_MAX).optional().meta({
      description: "Text that must be in the body",
    }),
    matches: z.string().min(1).max(VALUE_CHARS_MAX).optional().meta({
      description: "Regular expression that the body must match somewhere",
    }),
  }).optional().meta({ description: "What must be in the answer's body" }),
  json: z.record(z.string(), z.unknown()).optional().meta({
    description:
      "JSONPath (RFC 9535) and the value that must be there in the answer",
    examples: [{ "$.user.id": "{{users.id}}" }],
  }),
}).check(rule(someChecks)).meta({
  description:
    "What an answer must be; one that is not has failed as check. Values may hold {{fields}}",
});

function someChecks({ status, header = {}, body = {}, json = {} }: {
  readonly status?: unknown;
  readonly header?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  readonly json?: Readonly<Record<string, unknown>> | undefined;
}): Finding[] {
  const count = (status === undefined ? 0 : 1) + Object.keys(header).length +
    Object.keys(body).length + Object.keys(json).length;
  const message = `must have 1 to ${CHECKS_MAX} checks`;
  return count >= 1 && count <= CHECKS_MAX ? [] : [{ path: [], message }];
}

/** Keys of a request that targets and the steps of a journey share. */
export const requestKeys = {
  headers: headers().default({}).meta({
    description:
      "Headers of each request, and metadata of a gRPC call; a list sends a header several times; values may hold ${NAME} and {{fields}}",
  }),
  body: BodySchema.optional().meta({
    description:
      "Body of each request: text, which may hold ${NAME} and {{fields}}, or { file: … }",
  }),
  json: z.unknown().optional().meta({
    description:
      "Body as JSON: any value; texts in it may hold ${NAME} and {{fields}}",
    examples: [{ user: "{{users.name}}", quantity: "{{int 1 9}}" }],
  }),
  form: FormSchema.optional().meta({
    description:
      "Body as a web form: names and values, which may hold ${NAME} and {{fields}}",
  }),
  multipart: MultipartSchema.optional().meta({
    description:
      "Body of several parts: names with values, or with { file, filename, type }",
  }),
  basic_auth: z.strictObject({
    user: z.string().max(VALUE_CHARS_MAX).meta({
      description: "Its user; may hold ${NAME} and {{fields}}",
    }),
    password: z.string().max(VALUE_CHARS_MAX).meta({
      description: "Its password; may hold ${NAME} and {{fields}}",
    }),
  }).optional().meta({
    description: "User and password, sent as authorization: Basic",
  }),
  check: CheckSchema.optional(),
};

/** Keys of which a request has one: what its body is. */
const BODY_KEYS = ["body", "json", "form", "multipart"] as const;

/** What of these keys is needed to see whether they fit together. */
export interface RequestInput {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly json?: unknown;
  readonly form?: unknown;
  readonly multipart?: unknown;
  readonly basic_auth?: unknown;
}

/** A request has one body, and one authorization. */
export function requestFindings(input: RequestInput): Finding[] {
  const given = BODY_KEYS.filter((key) => input[key] !== undefined);
  const names = Object.keys(input.headers ?? {}).map((name) =>
    name.toLowerCase()
  );
  const findings: Finding[] = given.slice(1).map((key) => ({
    path: [key],
    message: `must not go with ${given[0]}: a request has one body`,
    isSecret: true,
  }));
  if (input.basic_auth !== undefined && names.includes("authorization")) {
    const message = "must not go with a header authorization, which it sets";
    findings.push({ path: ["basic_auth"], message, isSecret: true });
  }
  if (input.multipart !== undefined && names.includes("content-type")) {
    const message =
      "must not go with a header content-type, which says what separates the parts";
    findings.push({ path: ["multipart"], message, isSecret: true });
  }
  return findings;
}
