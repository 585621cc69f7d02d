import * as z from "zod";
import { printable } from "../../../base/mod.ts";
import { isGenerator } from "../../../request/mod.ts";
import { type Finding, ruleOn } from "../fields.ts";
import type { JourneysSchema } from "./journey.ts";
import type { SetupSchema } from "./setup.ts";
import { TargetSchema } from "../target.ts";

/*
 * What arrivals start: targets and journeys together.
 */

/** Targets and steps of journeys together. */
const SERIES_MAX = 64;

/** What is tested. */
export const TargetsSchema = z.array(TargetSchema).max(SERIES_MAX).default([])
  .meta({
    description:
      "What is tested; each has its share of the traffic. A config has targets, journeys or both",
  });

interface Sent {
  readonly targets: z.output<typeof TargetsSchema>;
  readonly journeys: z.output<typeof JourneysSchema>;
  readonly setup?: z.output<typeof SetupSchema> | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** Something must be sent, under names that tell it apart, and not too much of it. */
export const SENT_RULES = [
  // Runs whatever else is wrong: somebody who has no targets yet hears of it first.
  z.superRefine((sent: Sent, context) => {
    for (const { path, message } of something(sent)) {
      const params = { isSecret: true };
      context.addIssue({ code: "custom", path: [...path], message, params });
    }
  }, {
    when: ({ issues }) =>
      issues.every(({ path = [] }) =>
        path[0] !== "targets" && path[0] !== "journeys"
      ),
  }),
  ruleOn(["name"], uniqueNames),
  ruleOn(["weight"], oneIsOn),
  ruleOn(["name"], notTooMany),
  ruleOn(["capture"], capturedNames),
];

/** What is there of them: what is no list, or holds no mappings, is told already. */
function listsIn(
  { targets, journeys }: Sent,
): Pick<Sent, "targets" | "journeys"> {
  const isWhole = isList(targets) && isList(journeys) &&
    journeys.every(({ steps }) => isList(steps));
  return isWhole ? { targets, journeys } : { targets: [], journeys: [] };
}

function isList(value: unknown): boolean {
  return Array.isArray(value) &&
    value.every((item) => typeof item === "object" && item !== null);
}

/** A captured value is used by its name alone, which must mean one thing. */
function capturedNames(sent: Sent): Finding[] {
  const { journeys } = listsIn(sent);
  const { data = {}, setup } = sent;
  const ofSetup = capturesOf(["setup"], setup?.steps);
  const shared = new Set(ofSetup.map(({ name }) => name));
  const ofJourneys = journeys.flatMap(({ steps }, i) =>
    capturesOf(["journeys", i], steps)
  );
  return [...ofSetup, ...ofJourneys].flatMap(({ name, path }) => {
    const other = Object.hasOwn(data, name)
      ? `data.${name} has it`
      : isGenerator(name)
      ? `{{${name}}} makes values`
      : path[0] === "journeys" && shared.has(name)
      ? "setup has it"
      : null;
    const message = `must have another name: ${other}`;
    return other === null ? [] : [{ path, message }];
  });
}

/** Names that steps capture, and where. */
function capturesOf(
  at: readonly (string | number)[],
  steps: Sent["journeys"][number]["steps"] | undefined,
) {
  if (!isList(steps)) return [];
  return steps!.flatMap(({ capture = {} }, k) =>
    Object.keys(capture).map((name) => ({
      name,
      path: [...at, "steps", k, "capture", name],
    }))
  );
}

function something(sent: Sent): Finding[] {
  if (typeof sent !== "object" || sent === null) return [];
  const { targets, journeys } = listsIn(sent);
  return journeys.length + targets.length > 0
    ? []
    : [{ path: ["targets"], message: "is required" }];
}

function uniqueNames(sent: Sent): Finding[] {
  const { targets, journeys } = listsIn(sent);
  const first = new Map<string, string>();
  const named = [
    ...targets.map(({ name }, i) => ({ name, path: ["targets", i] as const })),
    ...journeys.flatMap(({ name, steps }, i) => [
      { name, path: ["journeys", i] as const },
      ...steps.flatMap((step, k) =>
        step.name === undefined ? [] : [{
          name: `${name}/${step.name}`,
          path: ["journeys", i, "steps", k] as const,
        }]
      ),
    ]),
  ];
  return named.flatMap(({ name, path }) => {
    // As it is shown: two labels of metrics must not be the same.
    const shown = printable(name);
    const before = first.get(shown);
    if (before === undefined) {
      first.set(shown, path.join("."));
      return [];
    }
    // Two steps of one name are told by their journey.
    if (path.length > 2 && before.startsWith("journeys")) return [];
    const message = `must be unique, ${before} has the same name`;
    return [{ path: [...path, "name"], message }];
  });
}

function oneIsOn(sent: Sent): Finding[] {
  const { targets, journeys } = listsIn(sent);
  const all = [...targets, ...journeys];
  if (all.length === 0 || all.some(({ weight }) => weight > 0)) return [];
  const path = targets.length > 0 ? ["targets"] : ["journeys"];
  const message = "all are off, must have at least one weight above 0";
  return [{ path, message }];
}

function notTooMany(sent: Sent): Finding[] {
  const { targets, journeys } = listsIn(sent);
  const steps = journeys.flatMap((journey) => journey.steps)
    .filter(({ name }) => name !== undefined).length;
  if (steps === 0 || targets.length + steps <= SERIES_MAX) return [];
  const message =
    `must have at most ${SERIES_MAX} steps and targets together, has ${
      targets.length + steps
    }`;
  return [{ path: ["journeys"], message }];
}
