import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTraining, saveTraining } from '@fluxion/checkpoint';
import { arrowTable, type Encoder, fitEncoder, type Position, restoreEncoder } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { boxes, linear, relu, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { adam, type Optimizer, optimizerState } from '@fluxion/optim';
import { examples, predictRow, train } from '@fluxion/pipeline';
import { elements, type Saved } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { take } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROWS = 240;
const cities = ['Paris', 'Rome', 'Oslo', '__proto__'];
const people = arrowTable(
  tableFromArrays({
    age: Float64Array.from({ length: ROWS }, (_, i) => 18 + ((i * 37) % 60)),
    city: Array.from({ length: ROWS }, (_, i) => cities[(i * 7) % 4] as string),
    income: Array.from({ length: ROWS }, (_, i) => ((i * 37) % 60 > 30 ? 'more' : 'less')),
  }),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-encoded-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function learn(
  model: FlowGraph,
  encoder: Encoder,
  optimizer: Optimizer,
  steps: number,
  from?: Position,
): Promise<Position | undefined> {
  let position: Position | undefined;
  await examples(people, { encoder, epochs: 2, shuffle: true, seed: 1, from })
    .pipe(train(model, { loss: softmaxCrossEntropy(), optimizer }), take(steps))
    .forEach((step) => {
      position = step.position;
    });
  return position;
}

describe('a model with an encoder', () => {
  it('goes on and predicts to the last bit as if it had never been saved', async () => {
    const encoder = await fitEncoder(people, { target: 'income' });
    const newModel = (): FlowGraph => sequential([linear(8), relu(), linear(2)], { encoder, seed: 1 });
    const [straight, stopped] = [newModel(), newModel()];
    await learn(straight, encoder, adam(), 2 * ROWS);

    const first = adam();
    const position = await learn(stopped, encoder, first, 100);
    await saveTraining(folder, stopped, {
      saved: { optimizer: optimizerState(first, stopped).save() },
      position,
    });
    const loaded = await loadTraining(folder, { definitions: boxes, restoreEncoder });
    const second = adam();
    optimizerState(second, loaded.model).restore(loaded.saved.get('optimizer') as Saved);
    await learn(loaded.model, loaded.encoder as Encoder, second, 2 * ROWS - 100, loaded.position as Position);

    expect(loaded.model.parameters.map(({ value }) => elements(value))).toEqual(
      straight.parameters.map(({ value }) => elements(value)),
    );
    for (const row of [
      { age: 39, city: 'Rome' },
      { age: 71.5, city: '__proto__' },
      { age: 20, city: 'Lima' },
    ]) {
      expect(predictRow(loaded.model, row)).toEqual(predictRow(straight, row));
    }
  });
});
