import manifest from "../../../deno.json" with { type: "json" };
import { expand, KarError, messageOf, SLOT_MS } from "../../base/mod.ts";
import {
  capturedNames,
  type Plan,
  setupNames,
  type TargetPlan,
} from "../../plan/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import {
  type ArrivalDraws,
  readRequest,
  type Request,
  type Text,
} from "../../request/mod.ts";
import { resolution } from "../../transport/clients/mod.ts";
import { fieldSources, type PlanSources } from "../../transport/mod.ts";
import { requestsOf } from "../config_place.ts";
import type { System } from "../system.ts";
import { clockOf } from "./clock.ts";

/** Bytes of a body that a sample shows. */
const SHOWN_BYTES = 2000;

/** A plan with what its requests are made of. */
export interface SampledPlan {
  readonly plan: Plan;
  readonly sources: PlanSources;
  readonly variables: Readonly<Record<string, string>>;
}

/** One request as it would be sent; what the environment holds stands as `${NAME}`. */
export interface SampleRequest {
  readonly target: string;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** The first requests of each target and step, or why there are none. */
export async function sampleRequests(
  system: System,
  sampled: SampledPlan,
  count: number,
): Promise<readonly (SampleRequest | string)[]> {
  const samples: (SampleRequest | string)[] = [];
  for (const target of requestsOf(sampled.plan)) {
    const { script } = target.step ?? {};
    if (script !== undefined) {
      samples.push(`${shownName(target)}: what ${script} asks for`);
      continue;
    }
    try {
      const request = await requestFor(system, target, sampled);
      for (let i = 0; i < count; i++) {
        const slot = Math.floor(system.wallMs() / SLOT_MS);
        request.vary?.draws.begin({
          slot,
          lane: 0,
          index: i,
          offsetMs: 0,
          rank: i,
          iteration: 0,
          vars: varsOf(target, sampled.plan),
        });
        samples.push(sampleOf(target, request));
      }
    } catch (error) {
      if (!(error instanceof KarError)) throw error;
      samples.push(`${shownName(target)}: ${messageOf(error)}`);
    }
  }
  return samples;
}

/**
 * A target's request, in which each variable is a word that no encoding
 * changes: so it can be found again, whatever it stands in.
 */
export async function requestFor(
  system: System,
  target: TargetPlan,
  { plan, sources, variables }: SampledPlan,
): Promise<Request> {
  const isCall = protocolOf(target.protocol).request === "call";
  const { resolved } = isCall
    ? await resolution(target, variables, { offline: true })
    : { resolved: { grpc: null } };
  if (isCall && resolved.grpc === null) {
    throw new KarError(
      "config",
      "what is sent is known when the run starts, by asking the server",
    );
  }
  const { limits, pattern: { seed } } = plan;
  const clock = clockOf(system);
  const fields = fieldSources({ ...sources, limits, clock, seed });
  const before = /^(?:https?:\/\/[^/?]*|unix:.*?:(?=\/)|unix:.*)/i
    .exec(target.url)?.[0] ?? "";
  const url = expand(before, variables) + target.url.slice(before.length);
  const { basicAuth: _, ...rest } = target;
  return readRequest({ ...rest, url }, {
    expand: (text) => text.replaceAll(VARIABLE_REGEXP, `${MARK}$1${MARK}`),
    userAgent: `kar/${manifest.version}`,
    grpc: resolved.grpc,
    sources: { ...fields, variables: namesOf(target, plan) },
  });
}

const VARIABLE_REGEXP = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const MARK = "~~kar~~";
const MARKED_REGEXP = /~~kar~~([A-Za-z_][A-Za-z0-9_.]*)~~kar~~/g;

/** What a request may use: what its journey captures, and what the setup has. */
function namesOf(target: TargetPlan, plan: Plan): string[] {
  return [...ownNames(target, plan), ...setupNames(plan)];
}

function ownNames({ step }: TargetPlan, { journeys = [] }: Plan): string[] {
  const journey = journeys.find(({ name }) => name === step?.journey);
  return journey === undefined ? [] : capturedNames(journey);
}

/** Each captured value is shown by its name. */
export function varsOf(target: TargetPlan, plan: Plan): Uint8Array[] {
  return [
    ...ownNames(target, plan).map((name) => `<${name}>`),
    ...setupNames(plan).map((name) => `${MARK}setup.${name}${MARK}`),
  ].map((text) => new TextEncoder().encode(text));
}

function sampleOf(target: TargetPlan, request: Request): SampleRequest {
  const { vary, method, headers } = request;
  const written = (text: Text | null, fixed: string) =>
    hidden(text === null ? fixed : decoded(bytesOf(text, vary!.draws)));
  const body = vary?.body ? bytesOf(vary.body, vary.draws) : request.body;
  return {
    target: shownName(target),
    method,
    path: written(vary?.path ?? null, request.path),
    headers: [
      ...headers.map(({ name, value }, i) =>
        [name, written(vary?.headers[i] ?? null, value)] as const
      ),
      ...(target.basicAuth
        ? [
          [
            "authorization",
            `Basic (${target.basicAuth.user}:${target.basicAuth.password} in base64)`,
          ] as const,
        ]
        : []),
    ],
    body: bodyText(target, body),
  };
}

function shownName({ name, step }: TargetPlan): string {
  return step ? `${step.journey}, step ${step.name}` : name;
}

/** Messages of gRPC are no text, and variables in them are put in already. */
function bodyText({ protocol }: TargetPlan, body: Uint8Array): string {
  if (body.length === 0) return "";
  const isCall = protocolOf(protocol).request === "call";
  if (isCall) return `(${body.length} bytes of messages)`;
  const shown = body.slice(0, SHOWN_BYTES);
  const text = hidden(decoded(shown));
  const more = body.length - shown.length;
  return more > 0 ? `${text}\n… and ${more} bytes more` : text;
}

function hidden(text: string): string {
  return text.replaceAll(MARKED_REGEXP, (_, name: string) => `\${${name}}`);
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function bytesOf(text: Text, draws: ArrivalDraws): Uint8Array {
  const bytes = new Uint8Array(text.most);
  return bytes.slice(0, text.write(bytes, 0, draws));
}
