/** One instruction of a Dockerfile. */
export interface Instruction {
  /** Such as `COPY`. */
  readonly name: string;
  /** What stands behind it, on one line. */
  readonly words: string;
}

/** From one `FROM` to the next. */
export interface Stage {
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { from: string; instructions: Instruction[] }[] = [];
  const lines = text.replace(/^#.*\n/gm, "").replace(/\\\n\s*/g, "").split(
    "\n",
  );
  for (const line of lines) {
    const [, name, words] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === undefined || words === undefined) continue;
    if (name === "FROM") stages.push({ from: words, instructions: [] });
    else stages.at(-1)!.instructions.push({ name, words });
  }
  return stages;
}

/** The words of the last instruction with this name in a stage. */
export function lastOf({ instructions }: Stage, name: string): string {
  const words = instructions.findLast((each) => each.name === name)?.words;
  if (words === undefined) throw new Error(`no ${name}`);
  return words;
}

/** The list that stands behind `CMD`, also in a `HEALTHCHECK`. */
export function commandIn(words: string): string[] {
  return JSON.parse(words.slice(words.indexOf("[")));
}
