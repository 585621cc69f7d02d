import {
  type Timestamp,
  timestampFromMs,
  timestampMs,
} from "@bufbuild/protobuf/wkt";
import {
  assert,
  EXIT,
  isoTime,
  KarError,
  printableJson,
  SLOT_MS,
  slotOf,
} from "../../base/mod.ts";
import { ask, type Explained } from "../../daemon/ask/mod.ts";
import {
  EventLog,
  type Explanation,
  type FactorName,
  type Phase,
  Traffic,
} from "../../pattern/mod.ts";
import { explanationText, terminalCapsOf } from "../../report/mod.ts";
import { loadPlan } from "../load_plan.ts";
import { type NameFlag, running } from "../operate.ts";
import { type System, textColumns } from "../system.ts";
import { type Setting, startMsIn, type StartTime } from "../values.ts";

/** What `kar explain` takes. */
export interface ExplainFlags extends NameFlag {
  readonly config?: string | undefined;
  readonly at?: StartTime | undefined;
  readonly seed?: number | undefined;
  readonly set?: readonly Setting[] | undefined;
  readonly json?: true | undefined;
}

/** An explanation, and the zone in which its plan tells the time. */
interface Zoned {
  readonly explanation: Explanation;
  readonly zone: string;
}

/** `kar explain`: why the rate is what it is, of a config or of what runs. */
export async function explain(
  system: System,
  flags: ExplainFlags,
): Promise<number> {
  const { config } = flags;
  const zoned = config === undefined
    ? await ofRun(system, flags)
    : await ofConfig(system, { ...flags, config });
  show(system, zoned, flags.json ?? false);
  return EXIT.done;
}

/** As if the traffic had been fired so long ago that the ramp is over. */
async function ofConfig(
  system: System,
  { at, ...flags }: ExplainFlags & { readonly config: string },
): Promise<Zoned> {
  if (flags.name !== undefined) {
    throw new KarError(
      "usage",
      "--name means a run and --config a file: give one of them",
    );
  }
  const { plan: { pattern } } = await loadPlan(system, flags);
  const { zone, rampUpMs } = pattern;
  const atMs = at === undefined ? system.wallMs() : startMsIn(at, zone);
  const slot = slotOf(atMs);
  const events = new EventLog();
  const fired = slot - Math.ceil(rampUpMs / SLOT_MS) - 1;
  events.append({ slot: fired, kind: "fire", value: 0, durationMs: 0 });
  return { explanation: new Traffic([pattern], events).explainAt(slot), zone };
}

async function ofRun(
  system: System,
  { at, seed, set, ...flags }: ExplainFlags,
): Promise<Zoned> {
  if (seed !== undefined || set !== undefined) {
    throw new KarError("usage", "--seed and --set need --config");
  }
  const { socket } = await running(system, flags);
  const asked = at === undefined ? undefined : await instantOf(socket, at);
  const answer = await ask(
    socket,
    (client) => client.explain(asked === undefined ? {} : { at: asked }),
  );
  return { explanation: explanationOf(answer), zone: answer.zone };
}

/** A local time is read in the zone of the run's plan. */
async function instantOf(socket: string, at: StartTime): Promise<Timestamp> {
  if (at.kind === "instant") return timestampFromMs(at.ms);
  const { zone } = await ask(socket, (client) => client.explain({}));
  return timestampFromMs(startMsIn(at, zone));
}

function explanationOf(answer: Explained): Explanation {
  const { at, rate, phase, base, max, baseIsSet, maxIsSet, factors } = answer;
  assert(at !== undefined, "an explanation says of which instant it is");
  return {
    timeMs: timestampMs(at),
    rate,
    phase: phase as Phase,
    base,
    max,
    isBaseSet: baseIsSet,
    isMaxSet: maxIsSet,
    factors: factors.map(({ name, value, why }) => ({
      name: name as FactorName,
      value,
      why,
    })),
  };
}

function show(
  { stdout, env, ...rest }: System,
  { explanation, zone }: Zoned,
  isJson: boolean,
): void {
  if (isJson) {
    const { timeMs, isBaseSet, isMaxSet, ...facts } = explanation;
    const json = {
      time: isoTime(timeMs),
      zone,
      ...facts,
      baseIsSet: isBaseSet,
      maxIsSet: isMaxSet,
    };
    stdout.write(`${printableJson(json, 2)}\n`);
    return;
  }
  stdout.paint(explanationText(explanation, {
    ...terminalCapsOf(env, stdout.isTerminal),
    zone,
    width: textColumns({ stdout, env, ...rest }),
  }));
}
