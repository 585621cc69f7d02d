import type { Bus } from "../bus.ts";
import type { PartHead } from "../types.ts";

/**
 * Tells how a process has ended, unless another one that took its place has told
 * something: the bus keeps the last message of a part, whoever tells it.
 *
 * @param isLastWord nobody can have done so
 */
export async function tellLast<Told extends PartHead>(
  bus: Bus<Told>,
  told: Told,
  isLastWord: boolean,
): Promise<void> {
  if (isLastWord || !await isFollowed(bus, told)) await bus.tellSurely(told);
}

async function isFollowed<Told extends PartHead>(
  bus: Bus<Told>,
  { run, part, epoch }: Told,
): Promise<boolean> {
  return (await bus.lastTold()).some((one) =>
    one.run === run && one.part === part && one.epoch > epoch
  );
}
