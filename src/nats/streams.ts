import {
  DiscardPolicy,
  type JetStreamManager,
  type StreamConfig,
} from "@nats-io/jetstream";
import { FLEET_EVENTS_MAX } from "../fleet/mod.ts";
import { answered, isMissing } from "./failures.ts";

/** A plan's text, and what a part tells. */
export const PLAN_BYTES_MAX = 1_000_000;
export const TOLD_BYTES_MAX = 256 * 1024;
/** A change, with who asks. */
const EVENT_BYTES_MAX = 16 * 1024;

/** Names of a run's streams and subjects. */
export interface RunNames {
  readonly rows: string;
  readonly events: string;
  readonly told: string;
  readonly clocks: string;
  readonly run: string;
  readonly plan: (sha: string) => string;
  readonly part: (part: number) => string;
  readonly event: string;
  readonly snap: (part: number | "*") => string;
  readonly clock: (who: string) => string;
}

/** What a run is called on the bus. */
export function namesOf(run: string): RunNames {
  const stream = `KAR_${run}`;
  const subject = `kar.${run}`;
  return {
    rows: stream,
    events: `${stream}_EVENT`,
    told: `${stream}_SNAP`,
    clocks: `${stream}_CLOCK`,
    run: `${subject}.run`,
    plan: (sha) => `${subject}.plan.${sha}`,
    part: (part) => `${subject}.part.${part}`,
    event: `${subject}.event`,
    snap: (part) => `${subject}.snap.${part}`,
    clock: (who) => `${subject}.clock.${who}`,
  };
}

/** All streams of a run. */
function streamsOf(names: RunNames): Partial<StreamConfig>[] {
  const last = { max_msgs_per_subject: 1, allow_direct: false } as const;
  return [
    {
      ...last,
      name: names.rows,
      subjects: [names.run, names.plan("*"), `${names.part(0).slice(0, -1)}*`],
      max_msg_size: PLAN_BYTES_MAX,
    },
    {
      name: names.events,
      subjects: [names.event],
      max_msgs: FLEET_EVENTS_MAX,
      max_msg_size: EVENT_BYTES_MAX,
      // A message that finds no room is refused, and its author is told.
      discard: DiscardPolicy.New,
      allow_direct: false,
    },
    {
      ...last,
      name: names.told,
      subjects: [names.snap("*")],
      max_msg_size: TOLD_BYTES_MAX,
    },
    {
      ...last,
      name: names.clocks,
      subjects: [names.clock("*")],
    },
  ];
}

/** Makes the missing streams; several processes may make the same ones at once. */
export async function openStreams(
  jsm: JetStreamManager,
  names: RunNames,
): Promise<void> {
  for (const config of streamsOf(names)) {
    if (await isThere(jsm, config.name!)) continue;
    const added = jsm.streams.add(config as StreamConfig & { name: string });
    await answered(`make the stream ${config.name}`, added);
  }
}

/** Removes all that is there. */
export async function removeStreams(
  jsm: JetStreamManager,
  names: RunNames,
): Promise<void> {
  for (const { name } of streamsOf(names)) {
    if (!await isThere(jsm, name!)) continue;
    await answered(`remove the stream ${name}`, jsm.streams.delete(name!));
  }
}

async function isThere(jsm: JetStreamManager, name: string): Promise<boolean> {
  const info = jsm.streams.info(name).then(() => true, (error) => {
    if (isMissing(error)) return false;
    throw error;
  });
  return await answered(`look for the stream ${name}`, info);
}
