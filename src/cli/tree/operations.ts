import { Argument, type Command, Option } from "@commander-js/extra-typings";
import { fleetValue } from "../fleet/address.ts";
import { examples, type TreeContext } from "./context.ts";
import {
  amountValue,
  durationValue,
  factorValue,
  linesValue,
  outValue,
  seedValue,
  settingValue,
  slotsValue,
  startValue,
} from "../values.ts";

const NAME_FLAG = "--name <NAME>";
const FLEET_FLAG = "--fleet <URL>";
const FLEET_HELP = "all parts of a fleet's run, nats://host:4222/blue";
const NAME_HELP = "name of the run; else the only one";

/** The commands that start a run in the background, and operate what runs. */
export function addOperations(tree: Command, context: TreeContext): void {
  addStart(tree, context);
  tree.commandsGroup("Operate a run:");
  addStatus(tree, context);
  addExplain(tree, context);
  addLogs(tree, context);
  addTrigger(tree, context);
  addPause(tree, context);
  addResume(tree, context);
  addSpike(tree, context);
  addSet(tree, context);
  addReload(tree, context);
  addStop(tree, context);
  tree.commandsGroup("Commands:");
}

function addStart(tree: Command, { system, ended }: TreeContext): void {
  tree.command("start")
    .description("set up traffic step by step, or start it in the background")
    .option("--daemon", "run in the background, without a terminal")
    .option("-c, --config <FILE>", "what to send; else the wizard asks")
    .option("--trigger", "fire at once, instead of being armed")
    .option("--duration <D>", "end this long after it fires", slotsValue)
    .option(
      "--out <FORMAT=FILE>",
      "write the report there at the end, as json, html, text, csv, hlog, junit or md; repeatable",
      outValue,
    )
    .option(NAME_FLAG, 'name of the run (default: "kar")')
    .option("--resume", "continue where the last run of this name stopped")
    .addOption(
      new Option(
        "--log-format <FORMAT>",
        'format of log lines (default: "text")',
      )
        .choices(["text", "json"]),
    )
    .option("--yes", "fire at public hosts without asking")
    .addHelpText(
      "after",
      examples(
        "kar start",
        "kar start --daemon --config kar.yaml",
        "kar start --daemon --config kar.yaml --trigger --name soak",
        "kar start --daemon --config kar.yaml --trigger --duration 8h --out json=report.json",
      ),
    )
    .action(async (flags) => {
      const { start } = await import("../commands/start.ts");
      ended(await start(system, flags));
    });
}

function addStatus(tree: Command, { system, ended }: TreeContext): void {
  tree.command("status")
    .description("show the status of a run")
    .option(NAME_FLAG, NAME_HELP)
    .option("--part", "of a part of a fleet's run: itself alone")
    .option("--json", "print it as JSON")
    .option("-w, --watch", "repeat every second, until Ctrl-C")
    .addHelpText("after", examples("kar status", "kar status --watch"))
    .action(async (flags) => {
      const { status } = await import("../commands/status.ts");
      ended(await status(system, flags));
    });
}

function addExplain(tree: Command, { system, ended }: TreeContext): void {
  tree.command("explain")
    .description("say why the rate is what it is, factor by factor")
    .option(
      "-c, --config <FILE>",
      "config to explain; else the run in progress",
    )
    .option("--at <ISO>", "instant to explain; else now", startValue)
    .option(NAME_FLAG, NAME_HELP)
    .option("--seed <N>", "seed of every draw", seedValue)
    .option("--set <PATH=VALUE...>", "override a key of the file", settingValue)
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      examples(
        "kar explain",
        "kar explain --config kar.yaml --at 2026-11-24T09:00",
      ),
    )
    .action(async (flags) => {
      const { explain } = await import("../commands/explain.ts");
      ended(await explain(system, flags));
    });
}

function addLogs(tree: Command, { system, ended }: TreeContext): void {
  tree.command("logs")
    .description("show the log of a run, even after it has ended")
    .option(NAME_FLAG, NAME_HELP)
    .option("-f, --follow", "follow new lines, until Ctrl-C")
    .addOption(
      new Option("-n, --lines <N>", "number of last lines to show")
        .argParser(linesValue).default(50),
    )
    .addHelpText("after", examples("kar logs", "kar logs -f -n 200"))
    .action(async (flags) => {
      const { logs } = await import("../commands/logs.ts");
      ended(await logs(system, flags));
    });
}

function addTrigger(tree: Command, { system, ended }: TreeContext): void {
  tree.command("trigger")
    .description("fire an armed run, resume a paused or tripped one")
    .option(NAME_FLAG, NAME_HELP)
    .addHelpText("after", examples("kar trigger"))
    .action(async (flags) => {
      const { trigger } = await import("../commands/trigger.ts");
      ended(await trigger(system, flags));
    });
}

function addPause(tree: Command, { system, ended }: TreeContext): void {
  tree.command("pause")
    .description("send nothing until it is resumed")
    .option(NAME_FLAG, NAME_HELP)
    .option(FLEET_FLAG, FLEET_HELP, fleetValue)
    .addHelpText("after", examples("kar pause"))
    .action(async (flags) => {
      const { pause } = await import("../commands/pause.ts");
      ended(await pause(system, flags));
    });
}

function addResume(tree: Command, { system, ended }: TreeContext): void {
  tree.command("resume")
    .description("go on after a pause, or close a tripped circuit breaker")
    .option(NAME_FLAG, NAME_HELP)
    .option(FLEET_FLAG, FLEET_HELP, fleetValue)
    .addHelpText("after", examples("kar resume"))
    .action(async (flags) => {
      const { resume } = await import("../commands/resume.ts");
      ended(await resume(system, flags));
    });
}

function addSpike(tree: Command, { system, ended }: TreeContext): void {
  tree.command("spike")
    .description("fire one spike now, in addition to the plan's")
    .option(NAME_FLAG, NAME_HELP)
    .option(FLEET_FLAG, FLEET_HELP, fleetValue)
    .option(
      "--factor <F>",
      "multiplies the rate; else as the plan's",
      factorValue,
    )
    .option(
      "--duration <D>",
      "rise and fall together (default: 10s)",
      durationValue,
    )
    .addHelpText(
      "after",
      examples("kar spike", "kar spike --factor 5 --duration 30s"),
    )
    .action(async (flags) => {
      const { spike } = await import("../commands/spike.ts");
      ended(await spike(system, flags));
    });
}

function addSet(tree: Command, { system, ended }: TreeContext): void {
  tree.command("set")
    .description("change a rate, or undo the change")
    .addArgument(
      new Argument("<KEY>", "base, max: requests a second; scale: a factor")
        .choices(["base", "max", "scale"]),
    )
    .addArgument(
      new Argument("<VALUE>", "a number, or: plan").argParser(amountValue),
    )
    .option(NAME_FLAG, NAME_HELP)
    .option(FLEET_FLAG, FLEET_HELP, fleetValue)
    .addHelpText(
      "after",
      examples("kar set base 200", "kar set scale 1.5", "kar set base plan"),
    )
    .action(async (key, value, flags) => {
      const { set } = await import("../commands/set.ts");
      ended(await set(system, { ...flags, key, value }));
    });
}

function addReload(tree: Command, { system, ended }: TreeContext): void {
  tree.command("reload")
    .description("read the config file again and go on with it")
    .option(NAME_FLAG, NAME_HELP)
    .option(FLEET_FLAG, FLEET_HELP, fleetValue)
    .option("-c, --config <FILE>", "the new config, with --fleet")
    .addHelpText(
      "after",
      examples(
        "kar reload",
        "kar reload --fleet nats://bus:4222/blue --config kar.yaml",
      ),
    )
    .action(async (flags) => {
      const { reload } = await import("../commands/reload.ts");
      ended(await reload(system, flags));
    });
}

function addStop(tree: Command, { system, ended }: TreeContext): void {
  tree.command("stop")
    .description("end a run, once open requests are answered")
    .option(NAME_FLAG, NAME_HELP)
    .option(FLEET_FLAG, FLEET_HELP, fleetValue)
    .option("--now", "abort open requests; of a fleet, this part's alone")
    .option("--part", "of a fleet, end this part alone, not all")
    .addHelpText("after", examples("kar stop", "kar stop --now"))
    .action(async (flags) => {
      const { stop } = await import("../commands/stop.ts");
      ended(await stop(system, flags));
    });
}
