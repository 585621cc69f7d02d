import { KarError } from "../../base/mod.ts";
import type { System } from "../system.ts";

/**
 * The text behind `-b`: as it is, or a file's by `@FILE`.
 *
 * @throws {KarError} `usage` when there is no such file, or it is no text
 */
export async function bodyOf(
  { readConfigFile }: System,
  body: string | undefined,
): Promise<string | undefined> {
  if (body === undefined || !body.startsWith("@")) return body;
  const path = body.slice(1);
  if (path === "" || path === "-") {
    throw new KarError(
      "usage",
      `-b ${body}: name a file, such as -b @body.json`,
    );
  }
  try {
    return await readConfigFile(path);
  } catch (error) {
    if (!(error instanceof KarError)) throw error;
    const why = error.message.replace("must be YAML", "must be a text")
      .replace(/; kar start writes one.*$/, "");
    throw new KarError("usage", `-b ${body}: ${why}`, { cause: error });
  }
}
