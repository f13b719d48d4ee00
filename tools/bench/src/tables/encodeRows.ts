import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel } from '@fluxion/checkpoint';
import { csvFile, type Encoder, openExamples, restoreEncoder } from '@fluxion/data';
import { boxes } from '@fluxion/layers';
import { elements, type Tensor } from '@fluxion/tensor';
import type { Table } from './table.js';

/**
 * Encodes train.csv and test.csv of a folder as the model there does, and writes for each raw float32 inputs and float64 targets,
 * with what they are in job.json. Answers how many numbers a row has.
 */
export async function encodeRows({ kind, name }: Table, folder: string): Promise<number> {
  const { encoder } = await loadModel<Encoder>(join(folder, 'model'), { definitions: boxes, restoreEncoder });
  if (encoder === undefined || Object.keys(encoder.inputs).join() !== 'input') {
    throw new Error(`${name}: expected a model whose encoder makes one vector of a row`);
  }
  const shapes: Record<string, readonly number[]> = {};
  for (const part of ['train', 'test']) {
    const inputs: Buffer[] = [];
    const targets: number[] = [];
    let width = 0;
    const reader = await openExamples(csvFile(join(folder, `${part}.csv`)), { encoder, batchSize: 256 });
    while (await reader.advance()) {
      for (let next = reader.next(); next !== undefined; next = reader.next()) {
        const values = Float32Array.from(elements(next.inputs.input as Tensor));
        width = values.length / next.size;
        inputs.push(Buffer.from(values.buffer));
        targets.push(...elements(next.targets.target as Tensor));
      }
    }
    await writeFile(join(folder, `${part}.inputs`), Buffer.concat(inputs));
    await writeFile(join(folder, `${part}.targets`), Buffer.from(Float64Array.from(targets).buffer));
    shapes[part] = [targets.length, width];
  }
  await writeFile(join(folder, 'job.json'), JSON.stringify({ kind, ...shapes }));
  return shapes.train?.[1] ?? 0;
}
