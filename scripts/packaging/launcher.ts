import { V8_FLAGS } from "../../src/base/mod.ts";

/** What the script in front of the package has to know. */
export interface LauncherFacts {
  /** The folder's name, different for different contents. */
  readonly name: string;
  readonly version: string;
  /** Paths of all files in the folder. */
  readonly files: readonly string[];
}

/** One word for the shell, and no part of a path that leads out of the folder. */
const SAFE_REGEXP = /^[\w@+-][\w@+.-]*(?:\/[\w@+-][\w@+.-]*)*$/;

/**
 * The script in front of the package.
 *
 * @throws Error for a name that the script could not read as one word
 */
export async function renderLauncher(
  { name, version, files }: LauncherFacts,
): Promise<string> {
  for (const word of [name, version, ...files]) {
    if (!SAFE_REGEXP.test(word)) {
      throw new Error(
        `${word}: names in the package may have letters, digits and @+.-_/ only`,
      );
    }
  }
  const template = await Deno.readTextFile(
    new URL("launcher.sh", import.meta.url),
  );
  const facts: Readonly<Record<string, string>> = {
    NAME: name,
    VERSION: version,
    FILES: files.join(" "),
    V8_FLAGS,
    PAYLOAD_LINE: String(template.split("\n").length),
  };
  return template.replaceAll(
    /@([A-Z0-9_]+)@/g,
    (place, fact: string) => facts[fact] ?? place,
  );
}
