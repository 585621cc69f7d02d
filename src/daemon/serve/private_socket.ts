import { KarError, messageOf } from "../../base/mod.ts";

/** Only the user may come in, and connect. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_SOCKET = 0o600;

/**
 * Listens on a Unix socket of mode 0600. Nobody else can connect at any time,
 * whatever the process's umask is: the socket is made in a folder of mode 0700
 * and moved when its mode is right. A umask would be seen by other threads,
 * which make files meanwhile.
 *
 * @param path ends in `.sock`; the folder without that ending is the caller's,
 *   too, and its path is no longer than this one
 * @throws {KarError} `cannotStart` when the socket cannot be bound
 */
export function listenPrivately(path: string): Deno.UnixListener {
  const folder = path.replace(/\.sock$/, "");
  try {
    refuseWhatIsThere(path);
    makeFolder(folder);
    try {
      return listenIn(folder, path);
    } finally {
      Deno.removeSync(folder);
    }
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `Cannot serve the control socket ${path}: ${messageOf(error)}`,
    );
  }
}

function listenIn(folder: string, path: string): Deno.UnixListener {
  const inside = `${folder}/s`;
  // A process that was killed here has left it.
  removeIfThere(inside);
  const listener = Deno.listen({ transport: "unix", path: inside });
  try {
    Deno.chmodSync(inside, PRIVATE_SOCKET);
    Deno.renameSync(inside, path);
    return listener;
  } catch (error) {
    listener.close();
    removeIfThere(inside);
    throw error;
  }
}

/** One that a killed process left is taken over, if nobody else can be in it. */
function makeFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { mode: PRIVATE_FOLDER });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const { isDirectory, uid } = Deno.lstatSync(path);
    if (!isDirectory || uid !== Deno.uid()) {
      throw new Error(`${path} is in the way; remove it`);
    }
    Deno.chmodSync(path, PRIVATE_FOLDER);
  }
}

/** Moving would replace it. */
function refuseWhatIsThere(path: string): void {
  try {
    Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new Error("it is there already");
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
