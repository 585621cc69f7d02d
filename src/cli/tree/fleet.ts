import { Argument, type Command } from "@commander-js/extra-typings";
import { fleetValue } from "../fleet/address.ts";
import {
  delayValue,
  outValue,
  partValue,
  stripeIndexValue,
  stripeValue,
} from "../values.ts";
import { examples, type TreeContext } from "./context.ts";

const URL_HELP = "where the run is, nats://host:4222/blue";
const WAIT_FLAG = "--wait <D>";
const WAIT_HELP = "wait so long for the bus (default: 30s)";

/** The commands of a run that several machines send together. */
export function addFleet(tree: Command, context: TreeContext): void {
  tree.commandsGroup("Several machines:");
  addJoin(tree, context);
  addWatch(tree, context);
  addOwn(tree, context);
  tree.commandsGroup("Commands:");
}

function addJoin(tree: Command, { system, ended }: TreeContext): void {
  tree.command("join")
    .description("send a part of a fleet's run, by the plan that it has")
    .addArgument(new Argument("<URL>", URL_HELP).argParser(fleetValue))
    .option("--stripe <I/N>", "send part I of N", stripeValue)
    .option(
      "--stripe-index <I/N>",
      "the same, with I counted from 0",
      stripeIndexValue,
    )
    .option("--node <NAME>", "this member's name; else host and part")
    .option(
      "--plan-files",
      "read certificates, keys and .proto files that the plan names",
    )
    .option(WAIT_FLAG, WAIT_HELP, delayValue)
    .option(
      "--out <FORMAT=FILE>",
      "write its own report, as kar run does; repeatable",
      outValue,
    )
    .option("--record <FILE>", "keep a record there, for kar merge")
    .option("--record-all <FILE>", "keep a record of all parts there")
    .option("--quiet", "no status lines on standard error")
    .option("--screen", "show the live screen; needs a terminal")
    .option("--ui", "serve the live page of all parts")
    .option("--name <NAME>", "keep log and state under this name")
    .addHelpText(
      "after",
      examples(
        "kar join nats://bus:4222/blue --stripe 2/3",
        "kar join nats://bus:4222/blue --stripe 2/3 --record part-2.kar",
      ),
    )
    .action(async (fleet, flags) => {
      const { join } = await import("../commands/fleet/join.ts");
      ended(await join(system, { ...flags, fleet }));
    });
}

function addWatch(tree: Command, { system, ended }: TreeContext): void {
  tree.command("watch")
    .description("follow all parts of a fleet's run as one; sends nothing")
    .addArgument(new Argument("<URL>", URL_HELP).argParser(fleetValue))
    .option(WAIT_FLAG, WAIT_HELP, delayValue)
    .option(
      "--out <FORMAT=FILE>",
      "write the report of all parts, as kar run does; repeatable",
      outValue,
    )
    .option("--record <FILE>", "keep a record of all parts there")
    .option("--quiet", "no status lines on standard error")
    .option("--screen", "show the live screen; needs a terminal")
    .option("--ui", "serve the live page of all parts")
    .addHelpText(
      "after",
      examples(
        "kar watch nats://bus:4222/blue",
        "kar watch nats://bus:4222/blue --out json=all.json --record all.kar",
      ),
    )
    .action(async (fleet, flags) => {
      const { watch } = await import("../commands/fleet/watch.ts");
      ended(await watch(system, { ...flags, fleet }));
    });
}

function addOwn(tree: Command, { system, ended }: TreeContext): void {
  const own = tree.command("fleet")
    .description("look after a fleet's run: its parts, and its end");
  const url = () => new Argument("<URL>", URL_HELP).argParser(fleetValue);
  const part = () =>
    new Argument("<PART>", "its number, from 1").argParser(partValue);
  const load = async () => await import("../commands/fleet/fleet.ts");
  own.command("status")
    .description("who holds which part, and how far each is")
    .addArgument(url())
    .option("--json", "print it as JSON")
    .option(WAIT_FLAG, WAIT_HELP, delayValue)
    .action(async (fleet, flags) =>
      ended(await (await load()).fleetStatus(system, { ...flags, fleet }))
    );
  own.command("release")
    .description("let another member claim a part, whose own stops")
    .addArgument(part())
    .addArgument(url())
    .option(WAIT_FLAG, WAIT_HELP, delayValue)
    .action(async (part, fleet, flags) =>
      ended(await (await load()).release(system, { ...flags, fleet, part }))
    );
  own.command("drain")
    .description("end one part of the run, for good")
    .addArgument(part())
    .addArgument(url())
    .option(WAIT_FLAG, WAIT_HELP, delayValue)
    .action(async (part, fleet, flags) =>
      ended(await (await load()).drain(system, { ...flags, fleet, part }))
    );
  own.command("stop")
    .description("end the run, at one slot for all parts")
    .addArgument(url())
    .option(WAIT_FLAG, WAIT_HELP, delayValue)
    .action(async (fleet, flags) =>
      ended(await (await load()).stopAll(system, { ...flags, fleet }))
    );
  own.command("remove")
    .description("forget a run that has ended, so that its name is free")
    .addArgument(url())
    .option("--force", "one that goes on, too: its members stop")
    .option(WAIT_FLAG, WAIT_HELP, delayValue)
    .action(async (fleet, flags) =>
      ended(await (await load()).remove(system, { ...flags, fleet }))
    );
  own.addHelpText(
    "after",
    examples(
      "kar fleet status nats://bus:4222/blue",
      "kar fleet release 2 nats://bus:4222/blue",
      "kar fleet stop nats://bus:4222/blue",
    ),
  );
}
