import { EXIT, formatDuration, KarError } from "../../base/mod.ts";
import {
  afterPush,
  afterRecovery,
  afterStep,
  type Discovery,
  discoveryJson,
  discoveryOf,
  interrupted,
  isTriedAgain,
  judgeStep,
  type Search,
  type SearchSpan,
  startSearch,
  type StepTaken,
} from "../../discover/mod.ts";
import { formatRate, terminalCapsOf } from "../../report/mod.ts";
import { DEFAULT_THRESHOLDS, thresholdsOf } from "../discover/checks.ts";
import { saveDiscovery } from "../discover/save.ts";
import { Stepper } from "../discover/stepper.ts";
import { discoveryText, stepLine } from "../discover/text.ts";
import { mayFire } from "../follow/consent.ts";
import { bodyOf } from "../line/body.ts";
import { draftOf, type LineFlags } from "../line/draft.ts";
import { twoSources } from "../line/foreign.ts";
import { LINE_FILE, loadLine } from "../line/load.ts";
import { checkSave } from "../line/save.ts";
import { givenUrl } from "../line/url.ts";
import { loadPlan } from "../load_plan.ts";
import { type System, textColumns } from "../system.ts";
import { givenSource } from "../tree/given.ts";
import type { Setting } from "../values.ts";

/** What `kar discover` takes beside what says what is sent. */
export interface DiscoverFlags
  extends Omit<LineFlags, "rate" | "max" | "preset" | "schedule" | "spikes"> {
  readonly config?: string | undefined;
  readonly set?: readonly Setting[] | undefined;
  readonly seed?: number | undefined;
  readonly threshold?: readonly string[] | undefined;
  readonly min: number;
  readonly max: number;
  /** Length of a step in milliseconds. */
  readonly step: number;
  readonly json?: true | undefined;
  readonly save?: string | undefined;
  readonly force?: true | undefined;
  readonly yes?: true | undefined;
}

/** `kar discover`: the highest rate that a target still holds. */
export async function discover(
  system: System,
  word: string | undefined,
  flags: DiscoverFlags,
): Promise<number> {
  const span = spanOf(flags);
  const texts = flags.threshold ?? DEFAULT_THRESHOLDS;
  const thresholds = thresholdsOf(texts);
  if (flags.save !== undefined) await checkSave(flags.save, flags.force);
  const subject = await subjectOf(system, word, flags);
  const { set, seed } = flags;
  const plan = { config: subject.config, set, seed };
  const loaded = await loadPlan(subject.system, { ...plan, drawnSeed: 0 });
  if (!await mayFire(subject.system, loaded, flags.yes)) {
    system.stderr.write("kar: Nothing was sent\n");
    return EXIT.done;
  }
  tellSearch(system, span, flags.step);
  const { seed: planSeed } = loaded.plan.pattern;
  const stepper = new Stepper(subject.system, {
    plan: { ...plan, seed: planSeed },
    thresholds,
    stepMs: flags.step,
    onLonger: (text) => system.stderr.writeSoon(`kar: ${text}\n`),
  });
  const discovery = await search(system, stepper, span);
  print(system, discovery, { isJson: flags.json === true, texts });
  await saveDiscovery(subject.system, discovery, { ...flags, ...subject });
  return endOf(discovery);
}

/** Steps after the doubling: to halve what is left, and to come down. */
const FINER_STEPS = 10;

/** A search is silent until its first step has been judged. */
function tellSearch(
  { stderr }: System,
  { min, max }: SearchSpan,
  step: number,
) {
  const steps = Math.ceil(Math.log2(max / min)) + FINER_STEPS;
  stderr.write(
    `kar: Searching from ${formatRate(min)} to ${
      formatRate(max)
    }: at most about ${steps} steps of ${
      formatDuration(step)
    }, longer where few answers come; Ctrl-C ends it with what is known\n`,
  );
}

function spanOf({ min, max }: DiscoverFlags): SearchSpan {
  if (min <= max) return { min, max };
  throw new KarError("usage", `--min ${min} is above --max ${max}`);
}

/** What is sent: a URL's line, or a file. */
export interface Discovered {
  readonly system: System;
  readonly config: string;
}

async function subjectOf(
  system: System,
  word: string | undefined,
  flags: DiscoverFlags,
): Promise<Discovered> {
  if (word === undefined) {
    const config = givenSource(flags.config);
    return { system: readOnce(system, config), config };
  }
  if (flags.config !== undefined) {
    throw twoSources(word, flags.config);
  }
  const body = await bodyOf(system, flags.body);
  const url = givenUrl(word);
  const draft = draftOf(url, {
    ...flags,
    body,
    rate: flags.min,
    max: flags.max,
  }, "kar discover");
  return {
    system: loadLine(system, draft, flags.set).system,
    config: LINE_FILE,
  };
}

/** Every step reads the file; a pipe is there once, and an edit must not change the search. */
function readOnce(system: System, config: string): System {
  let text: Promise<string> | null = null;
  const readConfigFile = (path: string) =>
    path === config
      ? text ??= system.readConfigFile(path)
      : system.readConfigFile(path);
  return { ...system, readConfigFile };
}

async function search(
  system: System,
  stepper: Stepper,
  span: SearchSpan,
): Promise<Discovery> {
  const steps: StepTaken[] = [];
  const tell = (line: string) => system.stderr.writeSoon(`kar: ${line}\n`);
  const deafen = system.onStopSignal(() => stepper.stop());
  let state = startSearch(span);
  try {
    while (state.move.kind !== "done") {
      state = await moved(state, { stepper, steps, tell });
    }
  } finally {
    deafen();
    await system.stderr.flushed();
  }
  return discoveryOf(state, steps);
}

/** Makes one move; a step that was interrupted is none. */
async function moved(
  search: Search,
  { stepper, steps, tell }: {
    readonly stepper: Stepper;
    readonly steps: StepTaken[];
    readonly tell: (line: string) => void;
  },
): Promise<Search> {
  const { move } = search;
  switch (move.kind) {
    case "step": {
      const measure = await stepper.step(move.rate, move.lengths);
      if (stepper.isStopped) return interrupted(search);
      const verdict = judgeStep(measure);
      const taken: StepTaken = { pass: move.pass, measure, verdict };
      steps.push(taken);
      const next = afterStep(search, verdict);
      const again = isTriedAgain(next, move)
        ? "; it is tried again, for longer"
        : "";
      tell(stepLine(taken) + again);
      return next;
    }
    case "push":
      await stepper.push(move.rate);
      return stepper.isStopped ? interrupted(search) : afterPush(search);
    case "recover": {
      const isRecovered = await stepper.recover(search.low);
      return stepper.isStopped
        ? interrupted(search)
        : afterRecovery(search, isRecovered);
    }
    case "done":
      return search;
  }
}

function print(
  system: System,
  discovery: Discovery,
  { isJson, texts }: {
    readonly isJson: boolean;
    readonly texts: readonly string[];
  },
): void {
  const { stdout, env } = system;
  if (isJson) {
    stdout.write(`${JSON.stringify(discoveryJson(discovery), null, 2)}\n`);
    return;
  }
  const caps = terminalCapsOf(env, stdout.isTerminal);
  const width = textColumns(system);
  stdout.paint(discoveryText(discovery, { caps, width, thresholds: texts }));
}

/** A target that answered nothing at all is what every command calls so. */
function endOf({ steps, end }: Discovery): number {
  const isSilent = end !== "interrupted" && steps.length > 0 &&
    steps.every(({ measure }) => measure.answered === 0);
  return isSilent ? EXIT.noAnswer : EXIT.done;
}
