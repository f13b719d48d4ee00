import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OptimizerProgress } from '@fluxion/graph';
import { CheckpointError, elements, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, test } from 'vitest';
import { definitions, denseModel, parameterValues } from '../../test/dense.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { loadModel } from '../model/loadModel.js';
import { saveModel } from '../model/saveModel.js';
import { encodeSafetensors } from '../safetensors/encodeSafetensors.js';
import { loadTraining } from './loadTraining.js';
import { saveTraining } from './saveTraining.js';

const load = (folder: string): ReturnType<typeof loadTraining> => loadTraining(folder, { definitions });

const momentum: OptimizerProgress = {
  kind: 'sgd',
  options: { momentum: 0.9, nesterov: true },
  step: 1234,
  tensors: new Map([
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

function numbers({ tensors }: OptimizerProgress): [string, number[]][] {
  return [...tensors].map(([name, each]) => [name, [...elements(each)]]);
}

async function savedTraining(optimizer = momentum): Promise<string> {
  const folder = join(await temporaryFolder(), 'model');
  await saveTraining(folder, denseModel({ seed: 5 }), optimizer, { position: 7 });
  return folder;
}

describe('loadTraining', () => {
  test('gives the model and what its training had come to, bit for bit', async () => {
    const folder = await savedTraining();
    expect((await readdir(folder)).sort()).toEqual([
      'model.json',
      'optimizer.safetensors',
      'weights.safetensors',
    ]);
    const { model, about, optimizer } = await load(folder);
    expect(parameterValues(model)).toEqual(parameterValues(denseModel({ seed: 5 })));
    expect(about.field('position').integer()).toBe(7);
    expect(optimizer).toMatchObject({ kind: 'sgd', options: { momentum: 0.9, nesterov: true }, step: 1234 });
    expect(numbers(optimizer as OptimizerProgress)).toEqual(numbers(momentum));
    expect((await loadModel(folder, { definitions })).model.parameters).toHaveLength(4);
  });

  test('writes no file where there are no tensors', async () => {
    const folder = await savedTraining({ kind: 'sgd', options: {}, step: 3, tensors: new Map() });
    expect((await readdir(folder)).sort()).toEqual(['model.json', 'weights.safetensors']);
    expect((await load(folder)).optimizer).toEqual({
      kind: 'sgd',
      options: {},
      step: 3,
      tensors: new Map(),
    });
  });

  test('has no optimizer where only the model was saved, also over a training', async () => {
    const folder = await savedTraining();
    await saveModel(folder, denseModel());
    expect((await readdir(folder)).sort()).toEqual(['model.json', 'weights.safetensors']);
    expect((await load(folder)).optimizer).toBeUndefined();
  });

  test('saves the tensors of the moment of the call, whatever training does then', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const velocity = tensor(Float32Array.of(1, 2, 3, 4));
    const optimizer = { ...momentum, tensors: new Map([['hidden.bias.velocity', velocity]]) };
    const saving = saveTraining(folder, denseModel(), optimizer);
    velocity.data.fill(9);
    await saving;
    expect(numbers((await load(folder)).optimizer as OptimizerProgress)).toEqual([
      ['hidden.bias.velocity', [1, 2, 3, 4]],
    ]);
  });

  test('is of one writing: a model is never read with the optimizer of another', async () => {
    const folder = await savedTraining();
    const writing = Array.from({ length: 20 }, (_, i) => {
      const velocity = tensor(new Float32Array(4).fill(i));
      return saveTraining(
        folder,
        denseModel(),
        { ...momentum, step: i, tensors: new Map([['hidden.bias.velocity', velocity]]) },
        { i },
      );
    });
    const seen = await Promise.all(Array.from({ length: 5 }, () => load(folder)));
    await Promise.all(writing);
    for (const { about, optimizer } of [...seen, await load(folder)]) {
      const i = about.optional('i')?.integer();
      expect(optimizer?.step).toBe(i ?? 1234);
      if (i !== undefined) expect(optimizer?.tensors.get('hidden.bias.velocity')?.get(0)).toBe(i);
    }
  });

  const f32 = (shape: number[]): Tensor =>
    tensor(new Float32Array(shape.reduce((product, length) => product * length, 1)), shape);

  test.each([
    [
      'another shape',
      { 'hidden.weight.velocity': f32([4, 3]), 'hidden.bias.velocity': f32([4]) },
      "optimizer.safetensors: expected the tensors of the optimizer in model.json, got 'hidden.weight.velocity' F32 [4, 3] in place of F32 [3, 4]; put back the file that was saved with it",
    ],
    [
      'a tensor missing and one besides',
      { 'hidden.weight.velocity': f32([3, 4]), 'hidden.bias.moment1': f32([4]) },
      "got no 'hidden.bias.velocity' F32 [4], 'hidden.bias.moment1' F32 [4] besides;",
    ],
    [
      'another dtype',
      { 'hidden.weight.velocity': f32([3, 4]), 'hidden.bias.velocity': tensor([1, 2, 3, 4]) },
      "got 'hidden.bias.velocity' F64 [4] in place of F32 [4];",
    ],
    [
      'a number that is none',
      {
        'hidden.weight.velocity': tensor(new Float32Array(12).fill(Number.NaN, 7, 8), [3, 4]),
        'hidden.bias.velocity': f32([4]),
      },
      "optimizer.safetensors: tensor 'hidden.weight.velocity'[1, 3]: expected finite numbers, got NaN; go back to a model from before it diverged",
    ],
  ])('refuses an optimizer.safetensors with %s', async (_, tensors, message) => {
    const folder = await savedTraining();
    await writeFile(
      join(folder, 'optimizer.safetensors'),
      encodeSafetensors(new Map(Object.entries(tensors))),
    );
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await expect(load(folder)).rejects.toThrow(message);
  });

  test('refuses a folder whose optimizer.safetensors is missing or cut, where loadModel is content', async () => {
    const folder = await savedTraining();
    const path = join(folder, 'optimizer.safetensors');
    await writeFile(path, (await readFile(path)).subarray(0, -1));
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await unlink(path);
    await expect(load(folder)).rejects.toThrow('optimizer.safetensors: expected a safetensors file');
    expect((await loadModel(folder, { definitions })).model.seed).toBe(5);
  });

  test.each([
    ['no kind', { kind: undefined }, "model.json: optimizer: expected a member 'kind'"],
    [
      'an option in words',
      { options: { momentum: 'much' } },
      'optimizer.options.momentum: expected a number',
    ],
    ['half a step', { step: 0.5 }, 'model.json: optimizer.step: expected an integer from 0'],
    [
      'a length below 0',
      { tensors: { 'hidden.bias.velocity': [-1] } },
      'optimizer.tensors.hidden.bias.velocity[0]: expected an integer from 0',
    ],
    [
      'a tensor of no parameter',
      { tensors: { 'top.weight.velocity': [2] } },
      "model.json: optimizer.tensors: expected tensors of the graph's parameters ('top.weight.velocity' is of none)",
    ],
  ])('refuses a model.json whose optimizer has %s', async (_, changes, message) => {
    const folder = await savedTraining();
    const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
    await writeFile(
      join(folder, 'model.json'),
      JSON.stringify({ ...json, optimizer: { ...json.optimizer, ...changes } }),
    );
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await expect(load(folder)).rejects.toThrow(message);
  });

  test('refuses to write what could not be read again', async () => {
    const folder = await savedTraining();
    const endless = { ...momentum, options: { momentum: Number.POSITIVE_INFINITY } };
    await expect(saveTraining(folder, denseModel(), endless)).rejects.toThrow(
      'model.json: optimizer.options.momentum: expected a number, got null',
    );
    const velocity = tensor(Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 4));
    const diverged = { ...momentum, tensors: new Map([['hidden.bias.velocity', velocity]]) };
    await expect(saveTraining(folder, denseModel(), diverged)).rejects.toThrow(
      new CheckpointError(
        "optimizer.safetensors: tensor 'hidden.bias.velocity'[2]: expected finite numbers, got Infinity; go back to a model from before it diverged",
      ),
    );
    expect((await load(folder)).optimizer?.step).toBe(1234);
  });
});
