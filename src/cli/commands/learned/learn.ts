import { EXIT, KarError } from "../../../base/mod.ts";
import { learn, NothingToLearn, planText } from "../../../learn/mod.ts";
import type { StampKind } from "../../../learn/mod.ts";
import { checkText } from "../../learn/check.ts";
import { type LearnFormat, readLogs } from "../../learn/read_logs.ts";
import { checkSave, saveConfig } from "../../line/save.ts";
import { givenUrl } from "../../line/url.ts";
import { parseText, planOf } from "../../load_plan.ts";
import type { System } from "../../system.ts";

/** What `kar learn` takes. */
export interface LearnFlags {
  readonly format: LearnFormat;
  readonly zone?: string | undefined;
  readonly stamp?: StampKind | undefined;
  readonly target?: string | undefined;
  readonly save?: string | undefined;
  readonly force?: true | undefined;
  readonly keepPaths?: true | undefined;
  readonly check?: true | undefined;
}

/** Where a learned plan sends, unless told otherwise: nowhere that could be hurt. */
const TARGET = "http://localhost:8080";
const LEARNED_FILE = "the learned plan";

/** `kar learn LOG…`: a commented config of what traffic was. */
export async function learnPlan(
  system: System,
  paths: readonly string[],
  flags: LearnFlags,
): Promise<number> {
  const { save, force } = flags;
  const zone = zoneOf(flags.zone ?? system.zone());
  const target = flags.target === undefined
    ? TARGET
    : originOf(givenUrl(flags.target));
  if (save !== undefined) await checkSave(save, force);
  const input = await readLogs(system, paths, {
    ...flags,
    zone,
    isZoneGiven: flags.zone !== undefined,
  });
  const learned = learnedOf(input, {
    zone,
    keepPaths: flags.keepPaths === true,
  });
  const text = planText(learned, {
    target,
    isTargetGiven: flags.target !== undefined,
  });
  const parsed = parseText(system, { text, file: LEARNED_FILE });
  const { plan } = planOf(system, parsed);
  if (save === undefined) system.stdout.write(text);
  else await saveConfig(text, { path: save, force });
  const { stderr } = system;
  if (flags.check) {
    (save === undefined ? stderr : system.stdout).write(
      checkText(learned, plan),
    );
  }
  if (save !== undefined) {
    stderr.write(
      `kar: Saved ${save}: kar simulate --config ${save} shows it\n`,
    );
  }
  return EXIT.done;
}

function learnedOf(
  input: Parameters<typeof learn>[0],
  options: Parameters<typeof learn>[1],
) {
  try {
    return learn(input, options);
  } catch (error) {
    if (!(error instanceof NothingToLearn)) throw error;
    throw new KarError("config", `Nothing can be learned: ${error.message}`);
  }
}

function zoneOf(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions()
      .timeZone && zone;
  } catch {
    throw new KarError(
      "usage",
      `--zone ${zone}: not a time zone, must be one such as Europe/Berlin or UTC`,
    );
  }
}

/** A target is a place; paths come from the log. */
function originOf(url: string): string {
  return url.replace(/[?#].*$/, "").replace(/\/+$/, "");
}
