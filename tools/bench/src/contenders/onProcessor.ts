import { spawnSync } from 'node:child_process';
import type { Command } from './contenderProcess.js';

/** Of util-linux. */
const TASKSET = 'taskset';

/**
 * A command on one of the processors that this process may use. On a shared machine one of them may be slower than the next for
 * minutes, and a process stays where it was put: contenders are compared on the same one.
 *
 * @param nth of these processors, counted around
 * @returns the command itself where processes cannot be bound: where there is no `taskset`
 */
export function onProcessor(command: Command, nth: number): Command {
  const processors = usableProcessors();
  if (processors.length === 0) return command;
  return [TASKSET, '--cpu-list', `${processors[nth % processors.length]}`, ...command];
}

/** Which processors this process may use; none where that is not known. */
function usableProcessors(): readonly number[] {
  const { stdout, status } = spawnSync(TASKSET, ['--cpu-list', '--pid', `${process.pid}`], {
    encoding: 'utf8',
  });
  if (status !== 0) return [];
  const list = stdout.slice(stdout.lastIndexOf(':') + 1).trim();
  return list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}
