import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel, loadTraining, openSafetensors, saveModel, saveTraining } from '@fluxion/checkpoint';
import { csvFile, type Encoder, fitEncoder, restoreEncoder } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { batchNorm, boxes, conv2d, flatten, gru, linear, maxPool2d, relu, sequential } from '@fluxion/layers';
import { exportOnnx, importOnnx } from '@fluxion/onnx';
import { adam, optimizerState } from '@fluxion/optim';
import type { Format } from './format.js';
import { csv } from './table.js';

async function encoderOf(folder: string): Promise<Encoder> {
  const table = join(folder, 'table.csv');
  await writeFile(table, csv);
  return fitEncoder(csvFile(table), { target: 'label' });
}

async function saved(
  folder: string,
  save: (folder: string, model: FlowGraph) => Promise<void>,
): Promise<Record<string, Uint8Array>> {
  const encoder = await encoderOf(folder);
  const place = join(folder, 'model');
  await save(place, sequential([linear(4), batchNorm(), relu(), linear(2)], { encoder, seed: 1 }));
  const names = await readdir(place);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(place, name))])),
  );
}

const model = (folder: string): Promise<Record<string, Uint8Array>> => saved(folder, saveModel);

/** A model, Adam's moments and a place in the data. */
const checkpoint = (folder: string): Promise<Record<string, Uint8Array>> =>
  saved(folder, (place, model) =>
    saveTraining(place, model, {
      saved: { optimizer: optimizerState(adam(), model).save() },
      position: { epoch: 1, row: 7 },
    }),
  );

/** A folder without its manifest is taken as it is: only so what reads the other files is reached. */
const unchecked =
  (files: Format['files']): Format['files'] =>
  async (folder) => {
    const { 'manifest.json': _, ...others } = (await files(folder)) as Record<string, Uint8Array>;
    return others;
  };

const numbersOf = (model: FlowGraph): readonly unknown[] =>
  [...model.parameters, ...model.states].map((cell) => [...model.valueOf(cell).data]);

async function readModel(folder: string): Promise<unknown> {
  const { model, encoder } = await loadModel(folder, { definitions: boxes, restoreEncoder });
  return { weights: numbersOf(model), encoder: encoder?.save() };
}

async function readCheckpoint(folder: string): Promise<unknown> {
  const loaded = await loadTraining(folder, { definitions: boxes, restoreEncoder });
  const optimizer = loaded.saved.get('optimizer');
  if (optimizer !== undefined) optimizerState(adam(), loaded.model).restore(optimizer);
  const { model, encoder, position } = loaded;
  return { weights: numbersOf(model), encoder: encoder?.save(), optimizer, position };
}

async function readSafetensors(folder: string): Promise<unknown> {
  const file = await openSafetensors(join(folder, 'data'));
  try {
    const tensors: unknown[] = [];
    for (const name of file.entries.keys()) tensors.push((await file.read(name)).data);
    return tensors;
  } finally {
    await file.close();
  }
}

/** A network as ONNX whose operators are of many kinds. */
function onnx(): Uint8Array {
  const pictures = [conv2d(2, 3), batchNorm(), relu(), maxPool2d(2), flatten(), linear(3)];
  return exportOnnx(sequential(pictures, { inputShape: [8, 8, 1], seed: 1 })).bytes;
}

/** The formats of models, by name. */
export const modelFormats: Readonly<Record<string, Format>> = {
  safetensors: {
    files: async (folder) => ({ data: (await model(folder))['weights.safetensors'] as Uint8Array }),
    read: readSafetensors,
  },
  'model folder': { files: model, read: readModel, isChecked: true },
  'model folder without a manifest': { files: unchecked(model), read: readModel },
  checkpoint: { files: checkpoint, read: readCheckpoint, isChecked: true },
  'checkpoint without a manifest': { files: unchecked(checkpoint), read: readCheckpoint },
  ONNX: {
    files: async () => ({ data: onnx() }),
    read: async (folder) => numbersOf(await importOnnx(join(folder, 'data'))),
  },
  'ONNX of a recurrent network': {
    files: async () => ({
      data: exportOnnx(sequential([gru(3), linear(2)], { inputShape: [5, 2], seed: 1 })).bytes,
    }),
    read: async (folder) => numbersOf(await importOnnx(join(folder, 'data'))),
  },
};
