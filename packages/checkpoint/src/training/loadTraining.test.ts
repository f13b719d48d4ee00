import { readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, elements, OptionError, type Saved, tensor } from '@fluxion/tensor';
import { describe, expect, test } from 'vitest';
import { definitions, denseModel, parameterValues } from '../../test/dense.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { loadModel } from '../model/loadModel.js';
import { saveModel } from '../model/saveModel.js';
import { encodeSafetensors } from '../safetensors/encodeSafetensors.js';
import { loadTraining } from './loadTraining.js';
import { saveTraining } from './saveTraining.js';

const load = (folder: string): ReturnType<typeof loadTraining> => loadTraining(folder, { definitions });

const momentum: Saved = {
  kind: 'sgd',
  options: { momentum: 0.9, nesterov: true },
  tensors: new Map([
    ['updates', tensor(Float64Array.of(2 ** 24 + 1))],
    [
      'hidden.weight.velocity',
      tensor(
        Float32Array.from({ length: 12 }, (_, i) => Math.sqrt(i)),
        [3, 4],
      ),
    ],
    ['hidden.bias.velocity', tensor(Float32Array.of(1, -0, Number.MIN_VALUE, 1e-45), [4])],
  ]),
};

/** Numbers that an optimizer would refuse mean something to others: a minimum begins at ∞. */
const range: Saved = {
  kind: 'range',
  options: { columns: ['age', null], nested: { deep: [true, 1e-300] } },
  tensors: new Map([['least', tensor(Float64Array.of(Number.POSITIVE_INFINITY, Number.NaN))]]),
};

function numbers({ tensors }: Saved): [string, number[]][] {
  return [...tensors].map(([name, each]): [string, number[]] => [name, [...elements(each)]]).sort();
}

async function savedTraining(): Promise<string> {
  const folder = join(await temporaryFolder(), 'model');
  const saved = { optimizer: momentum, 'range-of_2': range };
  await saveTraining(folder, denseModel({ seed: 5 }), { saved, position: { row: 7 }, about: { by: 'test' } });
  return folder;
}

/** Changes model.json as someone would with an editor. */
async function edit(folder: string, change: (json: Record<string, unknown>) => unknown): Promise<void> {
  const path = join(folder, 'model.json');
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
  await rm(join(folder, 'manifest.json'), { force: true });
}

describe('loadTraining', () => {
  test('gives the model and all that was saved with it, bit for bit', async () => {
    const folder = await savedTraining();
    expect((await readdir(folder)).sort()).toEqual([
      'manifest.json',
      'model.json',
      'training.safetensors',
      'weights.safetensors',
    ]);
    const { model, about, saved, position } = await load(folder);
    expect(parameterValues(model)).toEqual(parameterValues(denseModel({ seed: 5 })));
    expect(about.field('by').string()).toBe('test');
    expect(position).toEqual({ row: 7 });
    expect([...saved.keys()]).toEqual(['optimizer', 'range-of_2']);
    for (const [name, expected] of [
      ['optimizer', momentum],
      ['range-of_2', range],
    ] as const) {
      const { kind, options } = expected;
      expect(saved.get(name)).toMatchObject({ kind, options });
      expect(numbers(saved.get(name) as Saved)).toEqual(numbers(expected));
    }
    expect((await loadModel(folder, { definitions })).model.parameters).toHaveLength(4);
  });

  test('writes no file where there are no tensors', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const saved = { optimizer: { kind: 'sgd', options: {}, tensors: new Map() } };
    await saveTraining(folder, denseModel(), { saved });
    expect((await readdir(folder)).sort()).toEqual(['manifest.json', 'model.json', 'weights.safetensors']);
    expect((await load(folder)).saved).toEqual(new Map(Object.entries(saved)));
    expect((await load(folder)).position).toBeUndefined();
  });

  test('finds nothing where only the model was saved, also over a training', async () => {
    const folder = await savedTraining();
    await saveModel(folder, denseModel());
    expect((await readdir(folder)).sort()).toEqual(['manifest.json', 'model.json', 'weights.safetensors']);
    expect(await load(folder)).toMatchObject({ saved: new Map(), position: undefined });
  });

  test('saves the tensors of the moment of the call, whatever training does then', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const velocity = tensor(Float32Array.of(1, 2, 3, 4));
    const optimizer = { ...momentum, tensors: new Map([['hidden.bias.velocity', velocity]]) };
    const saving = saveTraining(folder, denseModel(), { saved: { optimizer } });
    velocity.data.fill(9);
    await saving;
    expect(numbers((await load(folder)).saved.get('optimizer') as Saved)).toEqual([
      ['hidden.bias.velocity', [1, 2, 3, 4]],
    ]);
  });

  test('is of one writing: a model is never read with the optimizer of another', async () => {
    const folder = await savedTraining();
    const writing = Array.from({ length: 20 }, (_, i) => {
      const optimizer = { ...momentum, tensors: new Map([['updates', tensor([i])]]) };
      return saveTraining(folder, denseModel(), { saved: { optimizer }, position: i });
    });
    const seen = await Promise.all(Array.from({ length: 5 }, () => load(folder)));
    await Promise.all(writing);
    for (const { saved, position } of [...seen, await load(folder)]) {
      const updates = saved.get('optimizer')?.tensors.get('updates')?.get(0);
      expect(updates).toBe(typeof position === 'number' ? position : 2 ** 24 + 1);
    }
  });

  test('refuses a training.safetensors that is missing or damaged, where loadModel is content', async () => {
    const folder = await savedTraining();
    const path = join(folder, 'training.safetensors');
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    await writeFile(path, bytes);
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await expect(load(folder)).rejects.toThrow(
      /training\.safetensors: expected the SHA-256 [0-9a-f]{12}… that manifest\.json tells, got [0-9a-f]{12}…; put back/,
    );
    await unlink(path);
    await expect(load(folder)).rejects.toThrow(
      'training.safetensors: expected the file that manifest.json names, could not read it (ENOENT',
    );
    expect((await loadModel(folder, { definitions })).model.seed).toBe(5);
  });

  test('refuses tensors of nothing that model.json names', async () => {
    const folder = await savedTraining();
    const stray = new Map([['average.updates', tensor([1])]]);
    await writeFile(join(folder, 'training.safetensors'), encodeSafetensors(stray));
    await unlink(join(folder, 'manifest.json'));
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await expect(load(folder)).rejects.toThrow(
      "model.json: training.saved: expected a member for 'average.updates' in training.safetensors, got",
    );
  });

  test.each([
    ['no kind', { optimizer: { options: {} } }, "training.saved.optimizer: expected a member 'kind'"],
    [
      'options that are no object',
      { optimizer: { kind: 'sgd', options: [] } },
      'training.saved.optimizer.options: expected an object, got []',
    ],
    [
      'a misspelt name',
      { optimizer: { kind: 'sgd', option: {} } },
      'training.saved.optimizer: expected only kind, options, got an object with "kind", "option"; did you mean \'options\'',
    ],
  ])('refuses a model.json that saved %s', async (_, saved, message) => {
    const folder = await savedTraining();
    await edit(folder, (json) => ({ ...json, training: { saved } }));
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await expect(load(folder)).rejects.toThrow(message);
  });

  test('refuses to write what could not be read again', async () => {
    const folder = await savedTraining();
    const endless = { ...momentum, options: { momentum: Number.POSITIVE_INFINITY } };
    const saving = (saved: Record<string, Saved>): Promise<void> =>
      saveTraining(folder, denseModel(), { saved });
    await expect(saving({ optimizer: endless })).rejects.toThrow(
      new CheckpointError(
        "model.json: expected numbers that JSON can say, got Infinity at 'momentum'; leave it out, or save it as a text",
      ),
    );
    await expect(saving({ 'my.optimizer': momentum })).rejects.toThrow(OptionError);
    await expect(saving({ 'my.optimizer': momentum })).rejects.toThrow(
      'saveTraining saved: expected names of letters, digits, - and _, got "my.optimizer"',
    );
    expect((await load(folder)).saved.size).toBe(2);
  });
});

describe('a folder of fluxion 0.1.0', () => {
  async function version1(optimizer?: object): Promise<string> {
    const folder = await savedTraining();
    await unlink(join(folder, 'training.safetensors'));
    await edit(folder, ({ training: _, ...json }) => ({ ...json, version: 1, optimizer }));
    const tensors = new Map([...momentum.tensors].filter(([name]) => name !== 'updates'));
    await writeFile(join(folder, 'optimizer.safetensors'), encodeSafetensors(tensors));
    return folder;
  }
  const shapes = { 'hidden.weight.velocity': [3, 4], 'hidden.bias.velocity': [4] };
  const optimizer = { kind: 'sgd', options: { momentum: 0.9 }, step: 1234, tensors: shapes };

  test('loads, its one count of updates taken for each parameter', async () => {
    const { model, saved } = await load(await version1(optimizer));
    expect(parameterValues(model)).toEqual(parameterValues(denseModel({ seed: 5 })));
    const { kind, options, tensors } = saved.get('optimizer') as Saved;
    expect([kind, options]).toEqual(['sgd', { momentum: 0.9 }]);
    expect([...tensors].map(([name, each]) => [name, each.shape]).sort()).toEqual([
      ['hidden.bias.updates', [1]],
      ['hidden.bias.velocity', [4]],
      ['hidden.weight.updates', [1]],
      ['hidden.weight.velocity', [3, 4]],
      ['updates', [1]],
    ]);
    expect(tensors.get('updates')?.get(0)).toBe(1234);
    expect(tensors.get('hidden.bias.updates')?.get(0)).toBe(1234);
  });

  test('loads without an optimizer, and is replaced by saving', async () => {
    const folder = await version1();
    expect((await load(folder)).saved).toEqual(new Map());
    await saveModel(folder, denseModel());
    expect((await readdir(folder)).sort()).toEqual(['manifest.json', 'model.json', 'weights.safetensors']);
  });

  test.each([
    ['half a step', { ...optimizer, step: 0.5 }, 'model.json: optimizer.step: expected an integer from 0'],
    ['a misspelt name', { ...optimizer, steps: 3 }, "did you mean 'step' by"],
  ])('is refused with %s', async (_, changed, message) => {
    await expect(load(await version1(changed))).rejects.toThrow(message);
  });
});
