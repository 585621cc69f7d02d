import { run } from "../packaging/process.ts";
import { ROOT } from "../packaging/program.ts";

const HERE = `${ROOT}/scripts/packages`;
const SHELLS = ["bash", "zsh", "fish"] as const;
/** Scripts of the packages, as `nfpm.yaml` names them. */
const SCRIPTS = "scripts";

/** What a package is made of. */
export interface StageParts {
  /** kar for the system that the package is for. */
  readonly kar: string;
  /** kar for this one: it is asked for completions and the manual. */
  readonly here: string;
}

/**
 * Fills an empty folder with everything that `nfpm.yaml` names, under the names
 * that it has there.
 *
 * @throws Error when kar does not start, or a file is missing
 */
export async function stage(
  folder: string,
  { kar, here }: StageParts,
): Promise<void> {
  await Deno.copyFile(kar, `${folder}/kar`);
  await Deno.chmod(`${folder}/kar`, 0o755);
  await Deno.copyFile(`${ROOT}/LICENSE`, `${folder}/LICENSE`);
  await Deno.writeTextFile(`${folder}/kar.yaml`, await configText());
  await Deno.writeTextFile(`${folder}/kar.service`, await unitText());
  await Deno.mkdir(`${folder}/completions`);
  for (const shell of SHELLS) {
    const text = await ask(here, ["completion", shell]);
    await Deno.writeTextFile(`${folder}/completions/kar.${shell}`, text);
  }
  await ask(here, ["man", "--dir", `${folder}/man`]);
  for await (const { name } of Deno.readDir(`${folder}/man`)) {
    await compress(`${folder}/man/${name}`);
  }
  await Deno.mkdir(`${folder}/${SCRIPTS}`);
  for await (const { name } of Deno.readDir(`${HERE}/${SCRIPTS}`)) {
    const to = `${folder}/${SCRIPTS}/${name}`;
    await Deno.copyFile(`${HERE}/${SCRIPTS}/${name}`, to);
    await Deno.chmod(to, 0o755);
  }
}

/** The config that a service begins with. */
async function configText(): Promise<string> {
  const minimal = await Deno.readTextFile(`${ROOT}/configs/minimal.yaml`);
  return `# The traffic of kar.service. Nothing is sent before \`systemctl start kar\`.
# \`kar validate /etc/kar98k/kar.yaml\` checks a change, \`systemctl reload kar\`
# takes it over.
${minimal}`;
}

/** The unit for a kar that the system's package manager has installed. */
async function unitText(): Promise<string> {
  const unit = await Deno.readTextFile(`${ROOT}/configs/systemd/kar.service`);
  const packaged = unit.replace("=/usr/local/bin/kar ", "=/usr/bin/kar ")
    // How to install by hand.
    .replace(/^# {3}.*\n/gm, "").replace(/^#\n#\n/m, "#\n");
  if (!packaged.includes("ExecStart=/usr/bin/kar ")) {
    throw new Error("configs/systemd/kar.service: its ExecStart is not known");
  }
  return packaged;
}

async function ask(kar: string, args: readonly string[]): Promise<string> {
  const { code, output } = await run(kar, { args });
  if (code !== 0) throw new Error(`kar ${args.join(" ")}: ${output}`);
  return output;
}

/** As policies of distributions want the manual; without a date, so that it can be made again. */
async function compress(path: string): Promise<void> {
  const { code, output } = await run("gzip", { args: ["-9", "-n", path] });
  if (code !== 0) throw new Error(`gzip ${path}: ${output}`);
}
