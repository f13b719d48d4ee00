import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchFiles, isPresent } from '../contenders/benchFiles.js';
import { contenderCommand } from '../contenders/contenderCommand.js';
import { type Workload, workloads } from '../contenders/workload.js';
import { type Cell, told } from '../measuring/cell.js';
import {
  measureRounds,
  ROUND_SECONDS,
  ROUNDS,
  type Turn,
  WARM_UP_SECONDS,
} from '../measuring/measureRounds.js';
import { lineUp } from './lineUp.js';
import { trainingPage } from './trainingPage.js';

/**
 * Measures training on the workloads whose name contains `part`, telling each figure as it is found.
 *
 * @returns the page
 * @throws {Error} when no workload has such a name.
 */
export async function benchTraining(part: string): Promise<string> {
  const groups = workloads
    .map((group) => group.filter(({ name }) => name.includes(part)))
    .filter((group) => group.length > 0);
  if (groups.length === 0) {
    const names = workloads.flat().map(({ name }) => `'${name}'`);
    throw new Error(
      `bench: expected a part of ${names.join(', ')}, or 'kernels', got '${part}'; name one of these`,
    );
  }
  const cells: Cell[] = [];
  const absent: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    for (const group of groups) {
      const data = group[0]?.data ?? 'random';
      if (!isPresent(data)) {
        const reasons = group.map(
          ({ name }) =>
            `left out: ${name}: its data is not on this machine (apt-get install dataset-fashion-mnist)`,
        );
        for (const reason of reasons) console.log(reason);
        absent.push(...reasons);
        continue;
      }
      const files = await benchFiles(data, folder);
      const turns = group.flatMap((workload) =>
        lineUp(workload).map((contender): Turn<Workload> => {
          const job = {
            contender,
            workload,
            files,
            roundSeconds: ROUND_SECONDS,
            warmUpSeconds: WARM_UP_SECONDS,
          };
          return { contender, workload, command: () => contenderCommand(job, folder) };
        }),
      );
      const measured = await measureRounds(turns, ROUNDS);
      for (const cell of measured) console.log(told(cell));
      cells.push(...measured);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return trainingPage(cells, absent);
}
