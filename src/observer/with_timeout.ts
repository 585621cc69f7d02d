/**
 * Waits for what may take forever, such as a disk, but no longer than a time.
 *
 * @returns whether it has ended in time
 * @throws what the task throws in time
 */
export async function withTimeout(
  ms: number,
  task: Promise<unknown>,
): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  try {
    return await Promise.race([task.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
