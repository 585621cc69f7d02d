import { EXIT } from "../../base/mod.ts";
import { mayFire } from "../follow/consent.ts";
import { readOutputs, takeStdout } from "../follow/outputs.ts";
import { bodyOf } from "../line/body.ts";
import { DEFAULT_RATE, draftOf, type LineFlags } from "../line/draft.ts";
import { LINE_FILE, type LoadedLine, loadLine } from "../line/load.ts";
import { saveConfig } from "../line/save.ts";
import { givenUrl } from "../line/url.ts";
import { loadPlan } from "../load_plan.ts";
import type { System } from "../system.ts";
import { run, type RunFlags } from "./run.ts";

/** What `kar run URL` takes beside the flags of `kar run`. */
export interface RunLineFlags
  extends LineFlags, Omit<RunFlags, "config" | "screen"> {
  /** Undefined = on a terminal. */
  readonly screen?: boolean | undefined;
  readonly save?: string | undefined;
  readonly force?: true | undefined;
  readonly yes?: true | undefined;
}

/** How long one line sends where nothing else is said, in milliseconds. */
const DEFAULT_DURATION_MS = 30_000;
const QUICKSTART_PRESET = "moderate";

/** `kar run URL`: sends to one address, without a file. */
export function runUrl(
  system: System,
  word: string,
  flags: RunLineFlags,
): Promise<number> {
  const duration = flags.duration ?? DEFAULT_DURATION_MS;
  const line = { word, origin: "kar run", isAsked: false };
  return fire(system, line, { ...flags, duration });
}

/** `kar quickstart URL`: lively traffic, until it is stopped. */
export function quickstart(
  system: System,
  word: string,
  flags: RunLineFlags,
): Promise<number> {
  const preset = flags.preset ?? QUICKSTART_PRESET;
  const line = { word, origin: "kar quickstart", isAsked: true };
  return fire(system, line, { ...flags, preset });
}

/** One line, and whether public hosts are asked about at any rate. */
interface SentLine {
  readonly word: string;
  readonly origin: string;
  readonly isAsked: boolean;
}

async function fire(
  system: System,
  { word, origin, isAsked }: SentLine,
  flags: RunLineFlags,
): Promise<number> {
  const url = givenUrl(word);
  const body = await bodyOf(system, flags.body);
  const draft = draftOf(url, { ...flags, body }, origin);
  const line = loadLine(system, draft, flags.set);
  const isFired = await agreed(line, { isAsked, flags });
  if (!isFired) {
    system.stdout.write("Nothing was sent.\n");
    return EXIT.done;
  }
  if (flags.save !== undefined) await save(line, flags.save, flags.force);
  if (url !== word && !flags.quiet) {
    system.stderr.write(`kar: ${word} is taken as ${url}\n`);
  }
  return await run(line.system, {
    ...flags,
    config: LINE_FILE,
    screen: wantsScreen(system, flags) ? true : undefined,
  });
}

/** Public hosts are asked about above the rate that nobody notices. */
async function agreed(
  { system }: LoadedLine,
  { isAsked, flags: { yes, set, seed } }: {
    readonly isAsked: boolean;
    readonly flags: RunLineFlags;
  },
): Promise<boolean> {
  const plan = { config: LINE_FILE, set, seed, drawnSeed: 0 };
  const loaded = await loadPlan(system, plan);
  const { max_tps: max } = loaded.config.controller;
  if (!isAsked && max <= DEFAULT_RATE) return true;
  return await mayFire(system, loaded, yes);
}

async function save(
  { system, text, secrets }: LoadedLine,
  path: string,
  force: true | undefined,
): Promise<void> {
  await saveConfig(text, { path, force });
  const set = secrets.map((name) => `${name}=… `).join("");
  system.stderr.write(
    `kar: Saved ${path}: ${set}kar run --config ${path} sends it\n`,
  );
}

function wantsScreen(
  { terminal }: System,
  { screen, quiet, out }: RunLineFlags,
): boolean {
  const isFree = terminal !== null && !quiet && !takeStdout(readOutputs(out));
  return screen ?? isFree;
}
