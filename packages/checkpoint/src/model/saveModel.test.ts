import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FlowGraph, type PlacedBox } from '@fluxion/graph';
import { CheckpointError, elements } from '@fluxion/tensor';
import { describe, expect, test } from 'vitest';
import { definitions, denseModel, parameterValues } from '../../test/dense.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { openSafetensors } from '../safetensors/openSafetensors.js';
import { loadModel } from './loadModel.js';
import { expectSavable } from './modelContent.js';
import { expectModelFolder } from './modelFiles.js';
import { saveModel } from './saveModel.js';

describe('saveModel', () => {
  test('writes the description and the weights', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const model = denseModel({ seed: 7 });
    await saveModel(folder, model, { labels: ['cat', 'dog'] });
    expect((await readdir(folder)).sort()).toEqual(['manifest.json', 'model.json', 'weights.safetensors']);
    expect(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'))).toEqual({
      format: 'fluxion-model',
      version: 2,
      graph: model.description,
      seed: 7,
      dtype: 'float32',
      about: { labels: ['cat', 'dog'] },
    });
    const weights = await openSafetensors(join(folder, 'weights.safetensors'));
    const entries = [...weights.entries].map(([name, { dtype, shape }]) => [name, dtype, shape]);
    const read = elements(await weights.read('hidden.weight'));
    await weights.close();
    expect(entries).toEqual([
      ['hidden.bias', 'F32', [4]],
      ['hidden.weight', 'F32', [3, 4]],
      ['logits.bias', 'F32', [2]],
      ['logits.weight', 'F32', [4, 2]],
    ]);
    expect([...read]).toEqual(parameterValues(model)['hidden.weight']);
  });

  test('equal models give equal bytes', async () => {
    const folder = await temporaryFolder();
    for (const name of ['a', 'b'])
      await saveModel(join(folder, name), denseModel({ seed: 3 }), { name: 'x' });
    for (const file of ['model.json', 'weights.safetensors']) {
      expect(await readFile(join(folder, 'a', file))).toEqual(await readFile(join(folder, 'b', file)));
    }
  });

  test('keeps the old model where the new one has diverged', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const model = denseModel();
    await saveModel(folder, model);
    model.parameters[1]?.value.data.fill(Number.POSITIVE_INFINITY, 2);
    await expect(saveModel(folder, model)).rejects.toThrow(
      new CheckpointError(
        "weights.safetensors: tensor 'hidden.bias'[2]: expected finite numbers, got Infinity; go back to a model from before it diverged",
      ),
    );
    await expect(loadModel(folder, { definitions })).resolves.toBeDefined();
  });

  test('saves the weights of the moment of the call, whatever training does then', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const model = denseModel();
    const [, , weight] = model.parameters;
    const before = [...(weight?.value.data ?? [])];
    const saving = saveModel(folder, model);
    weight?.value.data.fill(9);
    await saving;
    const weights = await openSafetensors(join(folder, 'weights.safetensors'));
    const read = elements(await weights.read(weight?.name ?? ''));
    await weights.close();
    expect([...read]).toEqual(before);
    expect(before).not.toContain(9);
  });

  test('saves which boxes are frozen now', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const model = denseModel();
    model.freeze('hidden');
    await saveModel(folder, model);
    const { graph } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
    expect(graph.boxes.hidden.frozen).toBe(true);
    expect(graph.boxes.logits).toEqual(model.description.boxes.logits);
    model.freeze('hidden', false);
    await saveModel(folder, model);
    expect(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')).graph).toEqual(model.description);
  });

  test('refuses a folder with other files, and leaves it alone', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'diary.txt'), 'dear diary');
    await expect(saveModel(folder, denseModel())).rejects.toThrow(CheckpointError);
    await expect(saveModel(folder, denseModel())).rejects.toThrow(`${folder} is not a model folder`);
    expect(await readdir(folder)).toEqual(['diary.txt']);
  });

  test('refuses what could not be read again, before it replaces anything', async () => {
    const folder = join(await temporaryFolder(), 'model');
    await saveModel(folder, denseModel(), { kept: true });
    const about = JSON.parse('{"__proto__":1}');
    await expect(saveModel(folder, denseModel(), about)).rejects.toThrow(
      'model.json: expected plain keys, got "__proto__"',
    );
    expect(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')).about).toEqual({ kept: true });
  });
});

describe('expectSavable', () => {
  test.each([
    ['__proto__', 'top', 'model.json: expected plain keys, got "__proto__"'],
    ['input', 'half \ud800', 'safetensors names and texts: expected whole Unicode characters'],
  ])('refuses an input %j with a box %j', (input, box, message) => {
    expectSavable(denseModel());
    const graph = {
      inputs: Object.fromEntries([[input, [3]]]),
      boxes: { [box]: { kind: 'dense', units: 1, children: [input] } as PlacedBox },
      outputs: [box],
    };
    expect(() => expectSavable(new FlowGraph(graph, { definitions }))).toThrow(message);
  });
});

describe('expectModelFolder', () => {
  test('takes a missing folder, an empty one and a saved model', async () => {
    const folder = await temporaryFolder();
    await expectModelFolder(join(folder, 'missing'));
    await expectModelFolder(folder);
    await saveModel(join(folder, 'model'), denseModel());
    await writeFile(join(folder, 'model', '.DS_Store'), '');
    await expectModelFolder(join(folder, 'model'));
    expect(await readdir(folder)).toEqual(['model']);
  });

  test('refuses a folder with anything else', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'photos'));
    await expect(expectModelFolder(folder)).rejects.toThrow(CheckpointError);
    await expect(expectModelFolder(folder)).rejects.toThrow(
      "expected only model.json, weights.safetensors, encoder.safetensors, training.safetensors, optimizer.safetensors, manifest.json, got 'photos'; name a new or empty folder",
    );
  });

  test('refuses a place where nothing can be written, and leaves nothing there', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const model = join(folder, 'file', 'model');
    await expect(expectModelFolder(model)).rejects.toThrow(CheckpointError);
    const high = join(folder, 'x'.repeat(250));
    await expect(expectModelFolder(high)).rejects.toThrow(
      new CheckpointError(
        `${high}: expected a place for a model, cannot write there (ENAMETOOLONG: name too long); name another folder`,
      ),
    );
    expect(await readdir(folder)).toEqual(['file']);
  });
});
