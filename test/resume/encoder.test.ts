import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadTraining, saveModel, saveTraining } from '@fluxion/checkpoint';
import {
  arrowTable,
  calendar,
  Encoder,
  fitEncoder,
  minMax,
  number,
  oneHot,
  onlineEncoder,
  quantile,
  restoreEncoder,
  type Source,
  set,
  standardize,
  symlog,
  tokens,
} from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { boxes, linear, relu, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { examples, predictRow, train } from '@fluxion/pipeline';
import type { Json } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { take } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const words = ['red', 'green', 'blue', 'fast', 'slow', 'car', 'bike', 'boat'];
const rows = Array.from({ length: 300 }, (_, i) => ({
  age: i % 11 === 0 ? null : 18 + ((i * 37) % 60) + 1 / (1 + (i % 7)),
  fare: 1.7 ** (i % 23),
  share: ((i * 7919) % 1000) / 1000,
  children: (i * i) % 4,
  city: i % 13 === 0 ? null : (words[(i * 5) % 8] as string),
  remark: `${words[i % 8]} ${words[(i >> 3) % 8]} ${words[(i >> 1) % 5]} thing ${i % 50}`,
  tags: `${words[i % 8]}|${words[(i * 3) % 7]}`,
  joined: new Date(Date.UTC(2020, 0, 1, i * 7)).toISOString(),
  income: (i * 37) % 60 > 30 ? 'high' : 'low',
}));
const columns = {
  age: standardize(),
  fare: symlog(),
  share: quantile(),
  children: minMax(),
  city: oneHot({ maxCategories: 6 }),
  remark: tokens({ bits: 14 }),
  tags: set({ separator: '|' }),
  joined: calendar(),
};

function people(): Source {
  return arrowTable(
    tableFromArrays({
      age: rows.map(({ age }) => age),
      fare: rows.map(({ fare }) => fare),
      share: rows.map(({ share }) => share),
      children: rows.map(({ children }) => children),
      city: rows.map(({ city }) => city),
      remark: rows.map(({ remark }) => remark),
      tags: rows.map(({ tags }) => tags),
      joined: rows.map(({ joined }) => joined),
      income: rows.map(({ income }) => income),
    }),
  );
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-encoder-'));
});
afterAll(() => rm(folder, { recursive: true }));

const loss = softmaxCrossEntropy();
const optimizer = sgd({ learningRate: 0.02 });

describe('a model with an encoder', () => {
  it('serves in another process what it serves in this one, to the last bit', async () => {
    const encoder = await fitEncoder(people(), {
      target: 'income',
      columns: { ...columns, children: number() },
    });
    expect(Object.keys(encoder.inputs)).toEqual(['input', 'sparse', 'sparse.weights']);
    const model = sequential([linear(16), relu(), linear(encoder.classes.length)], { encoder, seed: 1 });
    await examples(people(), { encoder, epochs: 3, shuffle: true, seed: 1 })
      .pipe(train(model, { loss, optimizer }))
      .forEach(() => {});
    await saveModel(join(folder, 'model'), model);

    const strangers = [
      ...rows,
      { ...rows[0], city: 'purple', age: -1e7, remark: 'never seen', tags: null, joined: null },
    ];
    await writeFile(join(folder, 'rows.json'), JSON.stringify(strangers));
    const program = `
      import { readFile } from 'node:fs/promises';
      import { loadModel } from '@fluxion/checkpoint';
      import { restoreEncoder } from '@fluxion/data';
      import { boxes } from '@fluxion/layers';
      import { predictRow } from '@fluxion/pipeline';
      const { model } = await loadModel(process.argv[1], { definitions: boxes, restoreEncoder });
      const rows = JSON.parse(await readFile(process.argv[2], 'utf8'));
      console.log(JSON.stringify(rows.map((row) => predictRow(model, row))));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', program, join(folder, 'model'), join(folder, 'rows.json')],
      { cwd: fileURLToPath(new URL('..', import.meta.url)), maxBuffer: 2 ** 24 },
    );
    expect(JSON.parse(stdout)).toEqual(strangers.map((row) => predictRow(model, row)));
  });

  it('learns online to the same bits, however often it stops', async () => {
    const run = async (stops: readonly number[]): Promise<FlowGraph> => {
      const encoder = onlineEncoder({
        columns: { ...columns, remark: tokens({ bits: 6 }) },
        target: { income: ['low', 'high'] },
      });
      let model = sequential([linear(4), relu(), linear(2)], { encoder, seed: 1 });
      let own = encoder;
      let position: Json | undefined;
      for (const steps of [...stops, Number.POSITIVE_INFINITY]) {
        const from = position as { epoch: number; row: number } | undefined;
        await examples(people(), { encoder: own, online: true, epochs: 2, batchSize: 4, shuffle: true, from })
          .pipe(train(model, { loss, optimizer: sgd({ learningRate: 0.01 }) }), take(steps))
          .forEach((step) => {
            position = step.position;
          });
        await saveTraining(join(folder, 'online'), model, { saved: {}, position: position as Json });
        const loaded = await loadTraining(join(folder, 'online'), { definitions: boxes, restoreEncoder });
        if (!(loaded.encoder instanceof Encoder)) throw new Error('no encoder');
        ({ model, position } = loaded);
        own = loaded.encoder;
      }
      return model;
    };
    const whole = await run([]);
    const often = await run([1, 7, 30]);
    expect(often.parameters.map(({ value }) => value.data)).toEqual(
      whole.parameters.map(({ value }) => value.data),
    );
    expect(often.encoder?.save()).toEqual(whole.encoder?.save());
  });
});
