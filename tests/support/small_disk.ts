/**
 * Small disks for tests that fill them or make them read only: they need a user who may mount.
 *
 * @module
 */

/** Works in a disk of so many megabytes at a folder; returns why there can be none. */
export async function mounted(
  folder: string,
  megabytes: number,
  work: () => Promise<void>,
): Promise<string | undefined> {
  const args = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder];
  try {
    const { success, stderr } = await new Deno.Command("mount", { args }).output();
    if (!success) return `no small disk: ${new TextDecoder().decode(stderr).trim()}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) {
      return `no small disk: ${error.message}`;
    }
    throw error;
  }
  try {
    await work();
  } finally {
    await new Deno.Command("umount", { args: [folder] }).output();
  }
  return undefined;
}

/** Makes such a disk read only, or writable again. */
export async function remount(folder: string, as: "ro" | "rw"): Promise<void> {
  await new Deno.Command("mount", { args: ["-o", `remount,${as}`, folder] }).output();
}

/** Tells in the list of tests why something was not tested. */
export async function skipped(context: Deno.TestContext, reason: string): Promise<void> {
  await context.step({ name: `skipped: ${reason}`, ignore: true, fn: () => {} });
}
