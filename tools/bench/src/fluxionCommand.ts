import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs the command in a process of its own, and answers what it printed. */
export function fluxionCommand(...args: readonly string[]): string {
  const program = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout;
}
