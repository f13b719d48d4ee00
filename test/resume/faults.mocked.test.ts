import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromArrays } from 'apache-arrow';
import {
  adam,
  arrowTable,
  boxes,
  type CheckpointError,
  checkpoint,
  elements,
  examples,
  linear,
  listCheckpoints,
  loadTraining,
  sequential,
  softmaxCrossEntropy,
  train,
} from 'fluxion';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { faults } from './faultyFiles.js';

vi.mock('node:fs/promises', async (original) => {
  const { faultyFiles } = await import('./faultyFiles.js');
  return faultyFiles(await original());
});

const ROWS = 12;
const table = tableFromArrays({
  a: Float32Array.from({ length: ROWS }, (_, i) => Math.sin(i)),
  b: Int32Array.from({ length: ROWS }, (_, i) => i % 2),
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-faults-'));
});
afterEach(async () => {
  faults.reset();
  await rm(folder, { recursive: true, force: true });
});

/** A training as a program has it when it begins, that saves after each epoch; two in all. */
function program() {
  const model = sequential([linear(2)], { inputShape: [1], seed: 1 });
  const optimizer = adam();
  const source = arrowTable(table);
  const read = { input: 'a', target: 'b', epochs: 2, batchSize: ROWS / 2 };
  const warnings: CheckpointError[] = [];
  const saving = checkpoint(
    join(folder, 'run'),
    { model, optimizer, source, examples: read },
    { every: { epochs: 1 }, keep: 2, warn: (error) => warnings.push(error) },
  );
  const learn = async (): Promise<void> => {
    const from = await saving.resume();
    await examples(source, { ...read, from })
      .pipe(train(model, { loss: softmaxCrossEntropy(), optimizer }), saving)
      .forEach(() => {});
  };
  const weights = (): unknown => model.parameters.map(({ value }) => [...elements(value)]);
  return { learn, weights, warnings };
}

/** What became of a training: its error, if it ended with one. */
async function outcome({ learn }: ReturnType<typeof program>): Promise<Error | undefined> {
  return learn().then(
    () => undefined,
    (error: Error) => error,
  );
}

/** Each checkpoint that there is can be read. */
async function expectAllWhole(): Promise<void> {
  faults.reset();
  for (const path of await listCheckpoints(join(folder, 'run'))) {
    await loadTraining(path, { definitions: boxes });
  }
}

describe('checkpoints on a file system that fails', () => {
  it('at any one access: what is on the disk loads, and training goes on', async () => {
    const straight = program();
    await straight.learn();
    for (let n = 1; ; n++) {
      const code = ['EIO', 'ENOSPC', 'EROFS'][n % 3] as string;
      await rm(join(folder, 'run'), { recursive: true, force: true });
      faults.reset(code, (count) => count === n);
      const first = program();
      const error = await outcome(first);
      const [failed] = [faults.accesses[n - 1]];
      await expectAllWhole();
      for (const { message } of [...first.warnings, ...(error === undefined ? [] : [error])]) {
        expect(message).toContain(join(folder, 'run'));
        expect(message).toContain(`${code}: injected into ${failed}`);
        if (failed === 'write') expect(message).toMatch(/\((?:\w+\.(?:json|safetensors)): /);
      }
      // The last checkpoint is no matter of a warning: there is none to come after it.
      expect(error?.name ?? 'CheckpointError', failed).toBe('CheckpointError');
      const second = program();
      await second.learn();
      expect(second.weights(), `after a failure of ${failed}`).toEqual(straight.weights());
      if (failed === undefined) break;
    }
  });

  it.each(['ENOSPC', 'EROFS'])(
    'from any access on with %s: an error says why, and the disk loads',
    async (code) => {
      const straight = program();
      await straight.learn();
      const all = faults.accesses.length;
      for (let n = 1; n <= all; n += 9) {
        await rm(join(folder, 'run'), { recursive: true, force: true });
        faults.reset(code, (count) => count >= n);
        const first = program();
        const error = await outcome(first);
        if (error !== undefined) {
          expect(error.name).toBe('CheckpointError');
          expect(error.message).toContain(`${code}: injected`);
        }
        await expectAllWhole();
        const second = program();
        await second.learn();
        expect(second.weights()).toEqual(straight.weights());
      }
    },
  );

  it('while it is resumed names what cannot be read, and takes the checkpoint before it', async () => {
    const straight = program();
    await straight.learn();
    for (let n = 1; ; n++) {
      faults.reset('EIO', (count) => count === n);
      const again = program();
      const error = await outcome(again);
      const failed = faults.accesses[n - 1];
      faults.reset();
      if (failed === undefined) break;
      const told = [...again.warnings, ...(error === undefined ? [] : [error])];
      for (const each of told) {
        expect(each.name).toBe('CheckpointError');
        expect(each.message).toContain(join(folder, 'run'));
      }
      if (error === undefined) expect(again.weights(), failed).toEqual(straight.weights());
    }
  });
});
