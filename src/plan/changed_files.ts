import type { Plan } from "./types.ts";

/** The files of data, bodies and scripts that two plans name alike and have read differently; one line each. */
export function changedFiles(before: Plan, after: Plan): string[] {
  const earlier = digestsOf(before);
  return [...digestsOf(after)].filter(([file, digest]) =>
    earlier.has(file) && earlier.get(file) !== digest
  ).map(([file]) => `${file} has changed`);
}

function digestsOf(
  { data = [], files = {}, journeys = [] }: Plan,
): Map<string, string> {
  const ofData = data.flatMap(({ name, source, digest }) =>
    source.kind === "file" && digest !== undefined
      ? [[`data.${name}.file: ${source.file}`, digest] as const]
      : []
  );
  const ofScripts = journeys.flatMap(({ script }) =>
    script === undefined || script.digest === null
      ? []
      // With what it imports.
      : [[script.file, script.digest] as const]
  );
  return new Map([...ofData, ...ofScripts, ...Object.entries(files)]);
}
