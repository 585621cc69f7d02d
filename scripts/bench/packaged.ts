import { resolve } from "node:path";
import { buildPackage } from "../package.ts";
import { ROOT, timed } from "./process.ts";

/** The kar that rows start as a user does. */
export interface MeasuredKar {
  /** A packaged file or a checkout; the package is made at the first call. */
  readonly path: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

/**
 * What a user installs is the packaged file, so that is what is measured
 * unless `asked` names another kar. Where there is no package for the system
 * (Windows), it is this checkout.
 */
export function measuredKar(
  asked: string | null,
  say: (line: string) => void,
): MeasuredKar {
  if (asked !== null || Deno.build.os === "windows") {
    const path = Promise.resolve(asked === null ? ROOT : resolve(asked));
    return { path: () => path, remove: () => Promise.resolve() };
  }
  let made: Promise<string> | null = null;
  const folders: string[] = [];
  return {
    path: () => made ??= make(),
    remove: async () => {
      for (const folder of folders) {
        await Deno.remove(folder, { recursive: true });
      }
    },
  };

  async function make(): Promise<string> {
    say("packaging kar");
    const folder = await Deno.makeTempDir({ prefix: "kar-bench-package-" });
    folders.push(folder);
    const path = await buildPackage(folder);
    // The first start unpacks; a user has that once, not in each run.
    await timed([path, "version"], false);
    return path;
  }
}
