import { EXIT, KarError } from "../../base/mod.ts";
import { terminalCapsOf } from "../../report/mod.ts";
import type { Asker, WizardEnd } from "../../screen/wizard/mod.ts";
import type { System } from "../system.ts";
import { run } from "./run.ts";

/** How the wizard is used. */
export interface WizardUse {
  /** Whether public hosts need no confirmation. */
  readonly yes?: true | undefined;
  /** Whether only what is in a file can be fired. */
  readonly needsFile?: boolean;
}

/** Where a terminal does not tell its size. */
const USUAL_SIZE = { columns: 80, rows: 24 };

/** `kar start`: questions, the live screen, the report. */
export async function startWizard(
  system: System,
  { yes }: WizardUse,
): Promise<number> {
  const end = await askWizard(system, { yes });
  if (end.kind === "quit") return quit(system, end.savedTo);
  system.stderr.write(`kar: The target ${end.reached}\n`);
  const isSaved = end.savedTo !== null;
  return await run(isSaved ? system : withFile(system, end.text), {
    config: end.savedTo ?? "kar start",
    screen: true,
    logFormat: "text",
  });
}

/**
 * Asks what to send, on the terminal, and gives the terminal back.
 *
 * @throws {KarError} `usage` without a terminal, `cancelled` after Ctrl-C or a
 *   signal to stop
 */
export async function askWizard(
  system: System,
  { yes, needsFile = false }: WizardUse,
): Promise<WizardEnd> {
  const { runWizard } = await import("../../screen/wizard/mod.ts");
  const { wizardDeps } = await import("../wizard_deps.ts");
  const isSure = yes === true;
  return await withAsker(
    system,
    (asker) => runWizard(asker, wizardDeps(system), { isSure, needsFile }),
  );
}

/**
 * Asks for the name of each host that is somebody else's.
 *
 * @returns whether all were given
 * @throws {KarError} as `askWizard`
 */
export async function askHosts(
  system: System,
  hosts: readonly string[],
): Promise<boolean> {
  const { meant } = await import("../../screen/wizard/mod.ts");
  return await withAsker(system, async (asker) => {
    for (const host of hosts) if (!await meant(asker, host)) return false;
    return true;
  });
}

/** Takes the terminal for questions, and gives it back. */
async function withAsker<Result>(
  { terminal, consoleSize, env, onStopSignal }: System,
  use: (asker: Asker) => Promise<Result>,
): Promise<Result> {
  if (terminal === null) throw noTerminal();
  const { openAsker } = await import("../../screen/wizard/mod.ts");
  const asker = openAsker({
    ...terminal,
    size: () => consoleSize() ?? USUAL_SIZE,
    caps: terminalCapsOf(env, true),
  });
  const deafen = onStopSignal(() => asker.interrupt());
  try {
    return await use(asker);
  } finally {
    deafen();
    asker.close();
  }
}

function noTerminal(): KarError {
  return new KarError(
    "usage",
    "kar start asks questions, which needs a terminal that is not dumb; without one use kar run --config FILE, or kar demo to see kar at work",
  );
}

function quit({ stdout }: System, savedTo: string | null): number {
  stdout.write(
    savedTo === null
      ? "Nothing was sent.\n"
      : `Nothing was sent; kar run --config ${savedTo} does.\n`,
  );
  return EXIT.done;
}

/** The same system, with one more file: what was asked need not be on the disk. */
function withFile(system: System, text: string): System {
  return { ...system, readConfigFile: () => Promise.resolve(text) };
}
