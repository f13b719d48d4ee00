import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FlowGraph } from '@fluxion/graph';
import { CheckpointError, OptionError, type Saved, type Tensor, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { definitions, denseModel, description, parameterValues } from '../../test/dense.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { encodeSafetensors } from '../safetensors/encodeSafetensors.js';
import { loadModel } from './loadModel.js';
import type { LoadModelOptions } from './readModel.js';
import { saveModel } from './saveModel.js';

const load = (folder: string): ReturnType<typeof loadModel> => loadModel(folder, { definitions });

async function savedModel(): Promise<string> {
  const folder = join(await temporaryFolder(), 'model');
  await saveModel(folder, denseModel({ seed: 5 }));
  return folder;
}

describe('loadModel', () => {
  test.each(['float32', 'float64'] as const)('gives the model that was saved, in %s', async (dtype) => {
    const folder = join(await temporaryFolder(), 'model');
    const saved = denseModel({ seed: 4_294_967_295, dtype });
    for (const { value } of saved.parameters) value.data.set(value.data.map((v) => v / 3 + 1e-9));
    const about = { labels: ['cat', 'dog'], scale: 1 / 255 };
    await saveModel(folder, saved, about);
    const loaded = await load(folder);
    expect(loaded.model.description).toEqual(saved.description);
    expect(loaded.model.seed).toBe(4_294_967_295);
    expect(loaded.model.dtype).toBe(dtype);
    expect(parameterValues(loaded.model)).toEqual(parameterValues(saved));
    expect(loaded.about.value).toEqual(about);
  });

  test('gives any finite weights back bit for bit', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const saved = denseModel({ dtype: 'float64' });
    const size = saved.parameters.reduce((sum, { value }) => sum + value.data.length, 0);
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(fc.array(finite, { minLength: size, maxLength: size }), async (values) => {
        let i = 0;
        for (const { value } of saved.parameters) {
          value.data.set(values.slice(i, i + value.data.length));
          i += value.data.length;
        }
        await saveModel(folder, saved);
        expect(parameterValues((await load(folder)).model)).toEqual(parameterValues(saved));
      }),
      { numRuns: 25 },
    );
  });

  test('loads into the dtype asked for', async () => {
    const folder = await savedModel();
    const { model } = await loadModel(folder, { definitions, dtype: 'float64' });
    expect(model.dtype).toBe('float64');
    expect(parameterValues(model)).toEqual(parameterValues(denseModel({ seed: 5 })));
  });

  test('tells an option that cannot be from a file that cannot be', async () => {
    const folder = await savedModel();
    const kernels = 'nope' as 'wasm';
    await expect(loadModel(folder, { definitions, kernels })).rejects.toThrow(OptionError);
    await expect(loadModel(folder, { definitions, kernels })).rejects.toThrow(/^kernels.*got 'nope'/);
    await expect(loadModel(folder, { definitions, maxPasses: 0 })).rejects.toThrow(OptionError);
  });

  test('asks for the definitions of boxes', async () => {
    const folder = await savedModel();
    for (const options of [undefined, {}, { dtype: 'float64' }]) {
      const loading = loadModel(folder, options as LoadModelOptions);
      await expect(loading).rejects.toThrow(OptionError);
      await expect(loading).rejects.toThrow(
        'loadModel definitions: expected the definitions of boxes, got none; give boxes of @fluxion/layers',
      );
    }
  });

  test('gives the states of boxes', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const graph = {
      inputs: { image: { shape: [3], masked: false } },
      boxes: { mean: { kind: 'average', children: ['image'] } },
      outputs: ['mean'],
    };
    const saved = new FlowGraph(graph, { definitions });
    saved.states[0]?.value.data.set([1, -2, 0.5]);
    await saveModel(folder, saved);
    const { model } = await load(folder);
    expect(model.description).toEqual(graph);
    expect(model.states.map(({ name, value }) => [name, [...value.data]])).toEqual([
      ['mean.mean', [1, -2, 0.5]],
    ]);
    saved.states[0]?.value.data.fill(Number.NaN);
    await expect(saveModel(folder, saved)).rejects.toThrow("tensor 'mean.mean'[0]: expected finite numbers");
  });

  test('keeps frozen boxes frozen', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const saved = denseModel();
    saved.freeze('hidden');
    await saveModel(folder, saved);
    const { model } = await load(folder);
    expect(model.parameters.map(({ name, frozen }) => [name, frozen])).toEqual([
      ['hidden.weight', true],
      ['hidden.bias', true],
      ['logits.weight', false],
      ['logits.bias', false],
    ]);
  });

  test('refuses a folder that is missing or holds no model', async () => {
    const folder = await temporaryFolder();
    for (const path of [join(folder, 'missing'), folder]) {
      await expect(load(path)).rejects.toThrow(CheckpointError);
      await expect(load(path)).rejects.toThrow(
        `${path}/model.json: expected a JSON file, could not read it (ENOENT`,
      );
    }
  });

  const intact = {
    format: 'fluxion-model',
    version: 2,
    graph: description,
    seed: 5,
    dtype: 'float32',
    about: {},
  };
  const withBoxes = (boxes: object): object => ({ ...intact, graph: { ...description, boxes } });
  const { hidden, logits, sum } = description.boxes;

  test.each([
    ['no object', [1], 'model.json: expected an object, got [1]'],
    ['no format', { version: 1 }, 'model.json: expected a member \'format\', got an object with "version"'],
    ['another format', { ...intact, format: 'onnx' }, 'format: expected one of fluxion-model, got "onnx"'],
    [
      'a later version',
      { ...intact, version: 3 },
      'model.json: version: expected 1 or 2, got 3; load it with the fluxion that saved it',
    ],
    ['a version in words', { ...intact, version: '1' }, 'model.json: version: expected 1 or 2, got "1"'],
    ['no graph', { ...intact, graph: undefined }, "model.json: expected a member 'graph'"],
    ['a graph of another type', { ...intact, graph: [] }, 'model.json: graph: expected an object, got []'],
    ['a seed in words', { ...intact, seed: 'five' }, 'model.json: seed: expected an integer from 0'],
    [
      'too great a seed',
      { ...intact, seed: 2 ** 32 },
      'model.json: seed: expected an integer from 0 to 4294967295',
    ],
    [
      'another dtype',
      { ...intact, dtype: 'int8' },
      'model.json: dtype: expected one of float32, float64, got "int8"',
    ],
    [
      'a misspelt name',
      { ...intact, bout: {} },
      'model.json: expected only format, version, graph, seed, dtype, about, encoder, training, got',
    ],
    [
      'a misspelt name in the graph',
      { ...intact, graph: { ...description, input: {} } },
      'model.json: graph: expected only inputs, boxes, outputs, got an object with "inputs", "boxes", "outputs", "input"; did you mean \'inputs\' by',
    ],
    ['nothing about it', { ...intact, about: undefined }, "model.json: expected a member 'about'"],
    [
      'an unknown kind',
      withBoxes({ hidden: { ...hidden, kind: 'magic' }, logits, sum }),
      'model.json: graph.boxes.hidden.kind: expected one of dense, average, join, got "magic"',
    ],
    [
      'a cycle',
      withBoxes({ hidden: { ...hidden, children: ['sum'] }, logits, sum }),
      'model.json: graph: expected a graph that can be built (graph: expected no cycle, got sum → logits → hidden → sum',
    ],
    [
      'an option of another type',
      withBoxes({ hidden: { ...hidden, units: 'four' }, logits, sum }),
      "model.json: graph: expected a graph that can be built (dense 'hidden': expected a shape of positive integers, got ['four']",
    ],
    [
      'an option that the box has not',
      withBoxes({ hidden: { ...hidden, unit: 4 }, logits, sum }),
      "model.json: graph: expected a graph that can be built (dense 'hidden': expected kind, name, frozen, children, units, got 'unit'; did you mean 'units'?",
    ],
    [
      'more units than there is memory',
      withBoxes({ hidden: { ...hidden, units: 2 ** 50 }, logits, sum }),
      `weights.safetensors: expected the parameters of the graph in model.json, got 'hidden.weight' F32 [3, 4] in place of F32 [3, ${2 ** 50}]`,
    ],
    [
      'fewer boxes',
      { ...intact, graph: { ...description, boxes: { hidden }, outputs: ['hidden'] } },
      "got 'logits.bias' F32 [2] besides, 'logits.weight' F32 [4, 2] besides; put back the weights",
    ],
  ])('refuses a model.json with %s', async (_, json, message) => {
    const folder = await savedModel();
    await writeFile(join(folder, 'model.json'), JSON.stringify(json));
    await rm(join(folder, 'manifest.json'), { force: true });
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await expect(load(folder)).rejects.toThrow(message);
    await expect(load(folder)).rejects.toThrow(folder);
  });

  test('refuses a graph deeper than the stack', async () => {
    const folder = await savedModel();
    const names = Array.from({ length: 20_000 }, (_, i) => `b${i}`);
    const boxes = Object.fromEntries(
      names.map((name, i) => [name, { kind: 'join', children: [names[i + 1] ?? 'image'] }]),
    );
    const json = { ...intact, graph: { inputs: { image: [3] }, boxes, outputs: ['b0'] } };
    await writeFile(join(folder, 'model.json'), JSON.stringify(json));
    await rm(join(folder, 'manifest.json'), { force: true });
    await expect(load(folder)).rejects.toThrow(CheckpointError);
  });

  const f32 = (shape: number[]): Tensor =>
    tensor(new Float32Array(shape.reduce((product, length) => product * length, 1)), shape);
  const weights = {
    'hidden.weight': f32([3, 4]),
    'hidden.bias': f32([4]),
    'logits.weight': f32([4, 2]),
    'logits.bias': f32([2]),
  };

  test.each([
    [
      'a missing and an unexpected tensor',
      { ...weights, 'hidden.bias': undefined, 'hidden.offset': f32([4]) },
      "expected the parameters of the graph in model.json, got no 'hidden.bias' F32 [4], 'hidden.offset' F32 [4] besides; put back the weights that were saved with it",
    ],
    [
      'a shape turned round, of the same size',
      { ...weights, 'hidden.weight': f32([4, 3]) },
      "got 'hidden.weight' F32 [4, 3] in place of F32 [3, 4];",
    ],
    [
      'another dtype',
      { ...weights, 'logits.bias': tensor([1, 2]) },
      "got 'logits.bias' F64 [2] in place of F32 [2];",
    ],
    [
      'many differences',
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`t${i}`, f32([1])])),
      "'t13' F32 [1] besides and 14 more; put back",
    ],
    [
      'a number that is none',
      { ...weights, 'hidden.weight': tensor(new Float32Array(12).fill(Number.NaN, 7, 8), [3, 4]) },
      "weights.safetensors: tensor 'hidden.weight'[1, 3]: expected finite numbers, got NaN; go back to a model from before it diverged",
    ],
  ])('refuses weights with %s', async (_, tensors, message) => {
    const folder = await savedModel();
    await writeFile(join(folder, 'model.json'), JSON.stringify(intact));
    await rm(join(folder, 'manifest.json'), { force: true });
    const present = Object.entries(tensors).filter(
      (entry): entry is [string, Tensor] => entry[1] !== undefined,
    );
    await writeFile(join(folder, 'weights.safetensors'), encodeSafetensors(new Map(present)));
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await expect(load(folder)).rejects.toThrow(message);
  });

  test('refuses weights of float64 that are too large for float32, and loads them into float64', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const large = denseModel({ dtype: 'float64' });
    large.parameters[0]?.value.set(1, 2, -1e39);
    await saveModel(folder, large);
    await expect(loadModel(folder, { definitions, dtype: 'float32' })).rejects.toThrow(CheckpointError);
    await expect(loadModel(folder, { definitions, dtype: 'float32' })).rejects.toThrow(
      "tensor 'hidden.weight'[1, 2]: expected numbers within the range of float32, got -1e+39; load it with dtype: 'float64'",
    );
    expect(parameterValues((await load(folder)).model)).toEqual(parameterValues(large));
  });

  test('refuses a model.json that is no regular file, at once', async () => {
    const folder = await savedModel();
    const path = join(folder, 'model.json');
    await unlink(path);
    await unlink(join(folder, 'manifest.json'));
    execFileSync('mkfifo', [path]);
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await expect(load(folder)).rejects.toThrow('expected a JSON file, could not read it (it is a pipe)');
    await unlink(path);
    await symlink('/dev/zero', path);
    await expect(load(folder)).rejects.toThrow('expected a JSON file, could not read it (it is a device)');
    await unlink(path);
    await writeFile(path, '');
    await truncate(path, 100_000_001);
    await expect(load(folder)).rejects.toThrow('it has 100000001 bytes, more than 100000000');
  });

  test('refuses a manifest.json that is no regular file, at once', async () => {
    const folder = await savedModel();
    const path = join(folder, 'manifest.json');
    await unlink(path);
    execFileSync('mkfifo', [path]);
    await expect(load(folder)).rejects.toThrow(
      'manifest.json: expected a JSON file, could not read it (it is a pipe)',
    );
    await unlink(path);
    await symlink('/dev/zero', path);
    await expect(load(folder)).rejects.toThrow('could not read it (it is a device)');
  });

  test('refuses a model.json in which one bit is not as it was written', async () => {
    const folder = await savedModel();
    const path = join(folder, 'model.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"seed": 5', '"seed": 4'));
    await expect(load(folder)).rejects.toThrow(CheckpointError);
    await expect(load(folder)).rejects.toThrow(/model\.json: expected the SHA-256 .* delete manifest\.json/);
  });

  test('a changed or cut model.json is loaded or refused, never anything else', async () => {
    const folder = await savedModel();
    await unlink(join(folder, 'manifest.json'));
    const path = join(folder, 'model.json');
    const bytes = await readFile(path);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.constantFrom(...Buffer.from('0123456789-.eE[]{}",: \\nul')),
        fc.option(fc.nat(bytes.length)),
        async (at, byte, cut) => {
          const changed = Buffer.from(bytes);
          changed[at] = byte;
          await writeFile(path, changed.subarray(0, cut ?? undefined));
          await load(folder).catch((error: unknown) => expect(error).toBeInstanceOf(CheckpointError));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a model with an encoder', () => {
  /** An encoder that multiplies, as far as a model knows it. */
  class Scaling {
    readonly inputs = { image: [3] };
    readonly factor: Tensor;
    constructor(factor: Tensor) {
      this.factor = factor;
    }
    save(): Saved {
      return {
        kind: 'scaling',
        options: { columns: ['a', 'b', 'c'] },
        tensors: new Map([['factor', this.factor]]),
      };
    }
  }
  const restoreEncoder = ({ kind, options, tensors }: Saved): Scaling => {
    if (kind !== 'scaling' || !Array.isArray(options.columns))
      throw new OptionError(`no scaling, but ${kind}`);
    return new Scaling(tensors.get('factor') as Tensor);
  };

  async function savedWithEncoder(): Promise<string> {
    const folder = join(await temporaryFolder(), 'model');
    await saveModel(folder, denseModel({ encoder: new Scaling(tensor([1 / 3, 1e-300])) }));
    return folder;
  }

  test('comes back with it, bit for bit', async () => {
    const folder = await savedWithEncoder();
    expect((await readdir(folder)).sort()).toEqual([
      'encoder.safetensors',
      'manifest.json',
      'model.json',
      'weights.safetensors',
    ]);
    const { model, encoder } = await loadModel(folder, { definitions, restoreEncoder });
    expect([...(encoder?.factor.data ?? [])]).toEqual([1 / 3, 1e-300]);
    expect(model.encoder).toBe(encoder);
    await saveModel(folder, model);
    await saveModel(folder, denseModel());
    expect((await readdir(folder)).sort()).toEqual(['manifest.json', 'model.json', 'weights.safetensors']);
    expect((await loadModel(folder, { definitions, restoreEncoder })).encoder).toBeUndefined();
  });

  test('is not loaded without it', async () => {
    const loading = load(await savedWithEncoder());
    await expect(loading).rejects.toThrow(OptionError);
    await expect(loading).rejects.toThrow(
      'expected the option restoreEncoder, for the model was saved with an encoder; give restoreEncoder of @fluxion/data',
    );
  });

  test.each([
    [
      'cannot be restored',
      { kind: 'shifting', options: {} },
      'encoder: expected an encoder that can be restored (no scaling, but shifting)',
    ],
    ['has a misspelt name', { kind: 'scaling', option: {} }, 'encoder: expected only kind, options'],
  ])('is refused where it %s', async (_, encoder, message) => {
    const folder = await savedWithEncoder();
    const path = join(folder, 'model.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), encoder }));
    await unlink(join(folder, 'manifest.json'));
    const loading = loadModel(folder, { definitions, restoreEncoder });
    await expect(loading).rejects.toThrow(CheckpointError);
    await expect(loading).rejects.toThrow(message);
  });

  test('is refused where the encoder is of other inputs', async () => {
    const other = (saved: Saved): Scaling => Object.assign(restoreEncoder(saved), { inputs: { image: [4] } });
    const loading = loadModel(await savedWithEncoder(), { definitions, restoreEncoder: other });
    await expect(loading).rejects.toThrow(CheckpointError);
    await expect(loading).rejects.toThrow('encoder: expected an encoder of the inputs of the graph');
  });

  test('is refused where a file of it is damaged', async () => {
    const folder = await savedWithEncoder();
    await writeFile(join(folder, 'encoder.safetensors'), encodeSafetensors(new Map()));
    await expect(loadModel(folder, { definitions, restoreEncoder })).rejects.toThrow(
      /encoder\.safetensors: expected the SHA-256/,
    );
  });
});
