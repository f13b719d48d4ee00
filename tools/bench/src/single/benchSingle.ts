import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchFiles, isPresent } from '../contenders/benchFiles.js';
import { contenderCommand } from '../contenders/contenderCommand.js';
import type { Workload } from '../contenders/workload.js';
import { type Cell, measuredOf, told } from '../measuring/cell.js';
import {
  measureRounds,
  ROUND_SECONDS,
  ROUNDS,
  type Turn,
  WARM_UP_SECONDS,
} from '../measuring/measureRounds.js';
import { median } from '../measuring/median.js';
import { logChart } from '../pages/logChart.js';
import { type Column, columns, inPicture, ofWidth, PROCESSES, WIDTHS } from './columns.js';
import { singlePage } from './singlePage.js';
import { waitingTable } from './waitingTable.js';

const PICTURE = fileURLToPath(new URL('../../../../docs/benchmarks-single.svg', import.meta.url));
const PICTURE_ROUNDS = 5;
const SECONDS = { roundSeconds: ROUND_SECONDS, warmUpSeconds: WARM_UP_SECONDS };

/**
 * Measures SGD after each example beside the same step written by hand in C and in PyTorch; draws the picture
 * of speed by width.
 *
 * @param part of the columns' names that are measured; all, and the picture, if empty
 * @returns the page
 * @throws {Error} when no column has such a name, or the pictures are not on this machine.
 */
export async function benchSingle(part: string): Promise<string> {
  if (!isPresent('fashion')) {
    throw new Error(
      'bench single: expected Fashion-MNIST on this machine; apt-get install dataset-fashion-mnist',
    );
  }
  const groups = columns
    .map((group) => group.filter(({ workload }) => workload.name.includes(part)))
    .filter((group) => group.length > 0);
  if (groups.length === 0) {
    const names = [...new Set(columns.flat().map(({ workload }) => `'${workload.name}'`))];
    throw new Error(`bench single: expected a part of ${names.join(', ')}, got '${part}'; name one of these`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    const cells: Cell[] = [];
    for (const group of groups) cells.push(...(await measure(group, ROUNDS, PROCESSES, folder)));
    if (part === '') {
      const drawn: Cell[] = [];
      for (const width of WIDTHS) {
        const column = { workload: ofWidth(width), contenders: inPicture };
        drawn.push(...(await measure([column], PICTURE_ROUNDS, 1, folder)));
      }
      await writeFile(PICTURE, picture(drawn));
    }
    return singlePage(cells, part === '' ? await waitingTable() : '');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Measures a group of columns in the same rounds. */
async function measure(
  group: readonly Column[],
  rounds: number,
  processes: number,
  folder: string,
): Promise<readonly Cell[]> {
  const turns: Turn<Workload>[] = [];
  for (const { workload, contenders } of group) {
    const files = await benchFiles(workload.data, folder);
    for (const contender of contenders) {
      const job = { contender, workload, files, ...SECONDS };
      turns.push({ contender, workload, command: () => contenderCommand(job, folder) });
    }
  }
  const measured = await measureRounds(turns, rounds, processes);
  for (const cell of measured) console.log(told(cell));
  return measured;
}

/** Examples a second by the width of the hidden layer, of those that were measured. */
function picture(cells: readonly Cell[]): string {
  const lines = inPicture.map((name) => ({
    name,
    dashed: !name.startsWith('fluxion'),
    points: WIDTHS.flatMap((width): [number, number][] => {
      const found = measuredOf(cells, name, `${width}`);
      return found ? [[width, median(found.examplesPerSecond)]] : [];
    }),
  }));
  return logChart({
    title: '784-n-10, Fashion-MNIST, SGD after each example, one thread',
    x: 'n, units of the hidden layer',
    y: 'examples/s',
    lines: lines.filter(({ points }) => points.length > 0),
  });
}
