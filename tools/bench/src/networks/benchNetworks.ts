import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from '../contenders/contenderProcess.js';
import { pythonWithTorch } from '../contenders/pythonWithTorch.js';
import { type Cell, told } from '../measuring/cell.js';
import { measureRounds, ROUND_SECONDS, type Turn, WARM_UP_SECONDS } from '../measuring/measureRounds.js';
import { type Network, networks, sizes } from './network.js';
import { networkFiles } from './networkData.js';
import type { NetworkJob } from './networkJob.js';
import { NETWORK_CONTENDERS, NETWORK_ROUNDS, networksPage } from './networksPage.js';

/**
 * Measures networks of layers whose name contains `part`, ours beside others, telling each figure as it is found.
 *
 * @returns the page
 * @throws {Error} when no network has such a name.
 */
export async function benchNetworks(part: string): Promise<string> {
  const wanted = networks.filter(({ name }) => name.includes(part));
  if (wanted.length === 0) {
    const names = networks.map(({ name }) => `'${name}'`).join(', ');
    throw new Error(`bench networks: expected a part of ${names}, got '${part}'; name one of these`);
  }
  const cells: Cell<Network>[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    for (const workload of wanted) {
      const files = await networkFiles(workload.kind, folder);
      const turns = NETWORK_CONTENDERS.map((contender): Turn<Network> => {
        const { inputs, labels } = files;
        const rounds = { roundSeconds: ROUND_SECONDS, warmUpSeconds: WARM_UP_SECONDS };
        return {
          contender,
          workload,
          command: () => commandOf({ contender, workload, inputs, labels, ...rounds }),
        };
      });
      const measured = await measureRounds(turns, NETWORK_ROUNDS);
      for (const cell of measured) console.log(told(cell));
      cells.push(...measured);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return networksPage(cells);
}

function commandOf(job: NetworkJob): Command {
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  if (job.contender.startsWith('PyTorch')) {
    return [
      pythonWithTorch(),
      here('../../src/peers/pytorch_networks.py'),
      JSON.stringify({ ...job, sizes }),
    ];
  }
  return [process.execPath, '--no-warnings', here('./runNetwork.js'), JSON.stringify(job)];
}
