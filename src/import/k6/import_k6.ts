import type { DraftStep, DraftTarget } from "../../draft/mod.ts";
import { stepName, TargetNames } from "../names.ts";
import { IMPORTED_TRAFFIC } from "../traffic.ts";
import { type Imported, ImportFault, LeftOut } from "../types.ts";
import { readLiteral, type ScriptConstants, skipSpace } from "./literals.ts";
import { type K6Options, optionsOf } from "./options.ts";
import { requestOf } from "./request.ts";
import { type ScriptSpan, tellRest } from "./rest.ts";

/** Steps and targets together that a config has. */
const STEPS_MAX = 64;
/** Requests that are looked at; a config takes fewer. */
const REQUESTS_MAX = 500;
/** So far before a request it may get its name: `const res =`. */
const LEAD_CHARS_MAX = 200;

/** A request of the script, or a pause. */
type ScriptAction =
  | {
    readonly kind: "request";
    readonly request: Omit<DraftTarget, "name">;
    readonly at: number;
  }
  | { readonly kind: "sleep"; readonly ms: number; readonly at: number };

/**
 * Reads a script of k6 without running it: options with arrival rates and
 * thresholds, requests whose parts are literals, checks of a status, and
 * sleeps. Every other line is named.
 *
 * @throws {ImportFault}
 */
export function importK6(text: string): Imported {
  const left = new LeftOut();
  const spans: ScriptSpan[] = [];
  const known = constantsOf(text, spans);
  const options = readOptions(text, { known, spans, left });
  const actions = actionsOf(text, { known, spans });
  const requests = actions.filter(({ kind }) => kind === "request");
  tellRest(text, spans, left);
  if (requests.length === 0) {
    throw new ImportFault(
      "",
      "has no request that can be read without running it, such as http.get('http://…')",
    );
  }
  const isJourney = actions.length > 1 && sameOrigin(actions) !== null;
  return {
    draft: {
      origin: "kar import k6",
      notes: [
        ...options.notes,
        ...(isJourney
          ? ["The rate is one of journeys, as k6's is one of iterations."]
          : []),
      ],
      targets: isJourney ? [] : targetsOf(actions),
      ...(isJourney && { journeys: [journeyOf(actions, left)] }),
      thresholds: options.thresholds,
      traffic: options.traffic ?? IMPORTED_TRAFFIC,
      isWatched: true,
    },
    left: left.told(),
  };
}

/** `const BASE = 'http://…'`: names that never mean anything else. */
function constantsOf(text: string, spans: ScriptSpan[]): ScriptConstants {
  const known = new Map<string, unknown>();
  for (
    const match of text.matchAll(
      /\b(?:export\s+)?const\s+([A-Za-z_$][\w$]*)\s*=/g,
    )
  ) {
    const name = match[1]!;
    if (name === "options") continue;
    const read = readLiteral(text, match.index + match[0].length, {
      known,
      depth: 0,
    });
    if (
      read === null ||
      !/^\s*(?:;|\n|$)/.test(text.slice(read.end, read.end + 40))
    ) continue;
    known.set(name, read.value);
    spans.push([match.index, read.end]);
  }
  return known;
}

interface ScriptContext {
  readonly known: ScriptConstants;
  readonly spans: ScriptSpan[];
}

function readOptions(
  text: string,
  { known, spans, left }: ScriptContext & { readonly left: LeftOut },
): K6Options {
  const match = /\bexport\s+(?:const|let|var)\s+options\s*=/.exec(text);
  const nothing = { traffic: null, thresholds: [], notes: [] };
  if (match === null) return nothing;
  const read = readLiteral(text, match.index + match[0].length, {
    known,
    depth: 0,
  });
  if (read === null) return nothing;
  spans.push([match.index, read.end]);
  return optionsOf(read.value as Record<string, unknown>, left);
}

function actionsOf(
  text: string,
  { known, spans }: ScriptContext,
): ScriptAction[] {
  const actions: ScriptAction[] = [];
  for (
    const match of text.matchAll(
      /\bhttp\s*\.\s*(get|post|put|patch|del|head|request)\s*\(/g,
    )
  ) {
    const read = callOf(text, match.index + match[0].length, known);
    if (read === null) continue;
    const request = requestOf(match[1]!, read.values);
    if (request === null) continue;
    // Beyond the bound, lines are told as not taken over.
    if (actions.length >= REQUESTS_MAX) break;
    const before = text.slice(
      Math.max(0, match.index - LEAD_CHARS_MAX),
      match.index,
    );
    const named = /(?:const|let|var)\s+([\w$]+)\s*=\s*$/.exec(before);
    const name = named?.[1];
    const lead = named?.[0].length ?? 0;
    spans.push([match.index - lead, read.end]);
    const okCodes = checkOf(text, name, spans);
    actions.push({
      kind: "request",
      request: { ...request, ...(okCodes !== null && { okCodes }) },
      at: match.index,
    });
  }
  for (const match of text.matchAll(/\bsleep\s*\(\s*(\d+(?:\.\d+)?)\s*\)/g)) {
    spans.push([match.index, match.index + match[0].length]);
    actions.push({
      kind: "sleep",
      ms: Math.round(Number(match[1]) * 1000),
      at: match.index,
    });
  }
  return actions.sort((a, b) => a.at - b.at);
}

/** Arguments of a call, all of them literals. */
function callOf(text: string, at: number, known: ScriptConstants) {
  const values: unknown[] = [];
  for (let i = skipSpace(text, at);;) {
    if (text[i] === ")") return { values, end: i + 1 };
    const read = readLiteral(text, i, { known, depth: 0 });
    if (read === null) return null;
    values.push(read.value);
    i = skipSpace(text, read.end);
    if (text[i] === ",") i = skipSpace(text, i + 1);
    else if (text[i] !== ")") return null;
  }
}

/** `check(res, { 'is 200': (r) => r.status === 200 })`, where that is all of it. */
function checkOf(
  text: string,
  name: string | undefined,
  spans: ScriptSpan[],
): number[] | null {
  if (name === undefined) return null;
  const pattern = new RegExp(
    `\\bcheck\\s*\\(\\s*${
      name.replaceAll("$", "\\$")
    }\\s*,\\s*\\{\\s*(['"])[^'"\\n]*\\1\\s*:\\s*\\(?\\s*\\w+\\s*\\)?\\s*=>\\s*\\w+\\.status\\s*={2,3}\\s*(\\d{3})\\s*,?\\s*\\}\\s*\\)`,
  );
  const match = pattern.exec(text);
  if (match === null) return null;
  spans.push([match.index, match.index + match[0].length]);
  return [Number(match[2])];
}

/** Scheme and host that all requests share, as the config has them; null = they differ. */
function sameOrigin(actions: readonly ScriptAction[]): string | null {
  const origins = new Set(
    actions.flatMap((action) =>
      action.kind === "request" ? [originOf(action.request.url)] : []
    ),
  );
  return origins.size === 1 ? [...origins][0]! : null;
}

function originOf(url: string): string | null {
  return /^(?:https?:\/\/[^/?#]+|\$\{\w+\})/i.exec(url)?.[0] ?? null;
}

function targetsOf(actions: readonly ScriptAction[]): DraftTarget[] {
  const names = new TargetNames();
  return actions.flatMap((action) =>
    action.kind === "request"
      ? [{ name: names.free(nameOf(action.request)), ...action.request }]
      : []
  );
}

function nameOf({ method = "GET", url }: Omit<DraftTarget, "name">): string {
  const path = url.slice(originOf(url)?.length ?? 0).replace(/[?#].*$/s, "");
  return `${method} ${path || "/"}`;
}

function journeyOf(actions: readonly ScriptAction[], left: LeftOut) {
  const names = new TargetNames();
  const steps: DraftStep[] = [];
  for (const action of actions) {
    const last = steps.at(-1);
    if (action.kind === "sleep") {
      if (last !== undefined) {
        steps[steps.length - 1] = {
          ...last,
          thinkMs: (last.thinkMs ?? 0) + action.ms,
        };
      }
      continue;
    }
    const { url, ...request } = action.request;
    const path = url.slice(originOf(url)!.length);
    const step = {
      name: names.free(
        stepName(request.method ?? "GET", path.replace(/[?#].*$/s, "")),
      ),
      url: path.startsWith("/") ? path : `/${path}`,
      ...request,
    };
    if (steps.length < STEPS_MAX) steps.push(step);
    else left.add(`a request after the first ${STEPS_MAX}`);
  }
  // A pause at the end is one between iterations, which open-loop traffic has not.
  const { thinkMs: _, ...end } = steps.pop()!;
  return {
    name: "k6",
    base: sameOrigin(actions)!,
    isBrowser: false,
    steps: [...steps, end],
  };
}
