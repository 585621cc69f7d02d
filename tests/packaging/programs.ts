/** Whether a program is on `PATH`. A test that needs it is shown as ignored without it. */
export function hasProgram(name: string): boolean {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.some((folder) => {
    try {
      return Deno.statSync(`${folder}/${name}`).isFile;
    } catch {
      return false;
    }
  });
}
