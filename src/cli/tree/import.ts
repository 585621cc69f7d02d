import type { Command } from "@commander-js/extra-typings";
import { examples, type TreeContext } from "./context.ts";

const SAVE = [
  "--save <FILE>",
  "write it there, instead of printing it",
] as const;
const FORCE = ["--force", "--save may replace a file"] as const;

/** The commands that make a config of what people already have. */
export function addImport(
  tree: Command,
  { system, ended }: TreeContext,
): void {
  const group = tree.command("import")
    .description("make a config of what you already have")
    .addHelpText(
      "after",
      examples(
        "kar import curl 'curl -H \"accept: */*\" http://localhost:8080/api'",
        "kar import openapi openapi.yaml --save kar.yaml",
      ),
    );
  group.command("curl")
    .description("a target for each URL of a command line of curl")
    .argument("<COMMAND>", "the whole command in quotes; - is stdin")
    .option(...SAVE)
    .option(...FORCE)
    .addHelpText(
      "after",
      examples(
        "kar import curl 'curl -X POST -d @a.json http://localhost:8080/'",
      ),
    )
    .action(async (command, flags) => {
      const { importFrom } = await import("../import/import_from.ts");
      const { importCurl, imported } = await import("../../import/mod.ts");
      const { readSource } = await import("../import/source.ts");
      const read = async () => {
        const text = command === "-" ? await readSource("-") : command;
        return imported(() => importCurl(text));
      };
      ended(await importFrom({ system, from: "curl", read }, flags));
    });
  group.command("openapi")
    .description("a target for each operation of an OpenAPI 3 document")
    .argument("<FILE|URL>", "JSON or YAML; - is stdin")
    .option("--tag <TAG>", "only operations with this tag")
    .option("--server <URL>", "where the API is, instead of its first server")
    .option(...SAVE)
    .option(...FORCE)
    .addHelpText(
      "after",
      examples("kar import openapi openapi.yaml --tag orders --save kar.yaml"),
    )
    .action(async (from, { tag, server, ...flags }) => {
      const { importFrom } = await import("../import/import_from.ts");
      const { imported, importOpenApi } = await import("../../import/mod.ts");
      const { readSource } = await import("../import/source.ts");
      const read = async () => {
        const text = await readSource(from);
        return imported(() => importOpenApi(text, { from, tag, server }));
      };
      ended(await importFrom({ system, from, read }, flags));
    });
  addRecorded(group, { system, ended });
}

/** What was recorded or scripted for other tools. */
function addRecorded(group: Command, { system, ended }: TreeContext): void {
  group.command("har")
    .description("a journey of a browser's recording, without static files")
    .argument("<FILE>", "HAR file; - is stdin")
    .option("--only <HOST>", "what this host was asked; else the first one")
    .option(...SAVE)
    .option(...FORCE)
    .addHelpText(
      "after",
      examples("kar import har session.har --only shop.example.com"),
    )
    .action(async (from, { only, ...flags }) => {
      const { importFrom } = await import("../import/import_from.ts");
      const { imported, importHar } = await import("../../import/mod.ts");
      const { readSource } = await import("../import/source.ts");
      const read = async () => {
        const text = await readSource(from);
        return imported(() => importHar(text, { only }));
      };
      ended(await importFrom({ system, from, read }, flags));
    });
  group.command("k6")
    .description("what a k6 script says, without running it")
    .argument("<FILE>", "JavaScript or TypeScript; - is stdin")
    .option(...SAVE)
    .option(...FORCE)
    .addHelpText("after", examples("kar import k6 script.js --save kar.yaml"))
    .action(async (from, flags) => {
      const { importFrom } = await import("../import/import_from.ts");
      const { imported, importK6 } = await import("../../import/mod.ts");
      const { readSource } = await import("../import/source.ts");
      const read = async () => {
        const text = await readSource(from);
        return imported(() => importK6(text));
      };
      ended(await importFrom({ system, from, read }, flags));
    });
}
