/**
 * Writes `src/gen` anew from `proto`, and `src/page/bundle` from
 * `src/page/app`. Run it after a change there and commit both:
 * `deno run -A scripts/gen.ts`; with `page` behind it the page alone.
 *
 * The generators come from npm for this run only. They start in an empty
 * folder, without kar's configuration, so they never enter `deno.lock`.
 */

import { writePage } from "./page_bundle.ts";

/** 1.75.0 lacks one of its platform packages on npm, which Deno insists on. */
const BUF = "npm:@bufbuild/buf@1.74.0";
/** The same version as the runtime library in `deno.json`. */
const PLUGIN = "npm:@bufbuild/protoc-gen-es@2.17.0";

const ROOT = `${import.meta.dirname}/..`;
const ISOLATED = ["run", "-A", "--quiet", "--no-config", "--no-lock"];

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  await writePage();
  console.log("src/page/bundle is made from src/page/app.");
  if (Deno.args[0] === "page") return 0;
  const folder = await Deno.makeTempDir({ prefix: "kar-gen-" });
  try {
    return await generate(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function generate(cwd: string): Promise<number> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...ISOLATED,
      BUF,
      "generate",
      `${ROOT}/proto`,
      "--template",
      template(),
    ],
    cwd,
  }).output();
  if (code === 0) {
    console.log("src/gen is made from proto.");
    return 0;
  }
  const text = new TextDecoder();
  console.error(
    `Cannot generate src/gen from proto: ${BUF} ended with code ${code}.`,
  );
  console.error(text.decode(stdout) + text.decode(stderr));
  return 1;
}

function template(): string {
  return JSON.stringify({
    version: "v2",
    // A deleted .proto leaves no orphan behind.
    clean: true,
    plugins: [{
      local: [Deno.execPath(), ...ISOLATED, PLUGIN],
      out: `${ROOT}/src/gen`,
      opt: ["target=ts", "import_extension=ts"],
    }],
  });
}
