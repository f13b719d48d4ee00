import { join } from 'node:path';
import { fluxionCommand } from '../fluxionCommand.js';
import type { Table } from './table.js';

/** Trains by the command on train.csv of a folder, leaves the model there, and measures it on test.csv: accuracy, or R². */
export function fluxionScore(
  { kind }: Pick<Table, 'kind'>,
  folder: string,
  seed: number,
): { readonly score: number; readonly seconds: number } {
  const model = join(folder, 'model');
  const start = performance.now();
  fluxionCommand(
    'train',
    join(folder, 'train.csv'),
    '--target',
    'target',
    '--seed',
    String(seed),
    '--out',
    model,
    '--quiet',
  );
  const seconds = (performance.now() - start) / 1000;
  const figures = JSON.parse(
    fluxionCommand('evaluate', join(folder, 'test.csv'), '--model', model, '--json'),
  );
  return { score: kind === 'number' ? figures.r2 : figures.accuracy, seconds };
}
