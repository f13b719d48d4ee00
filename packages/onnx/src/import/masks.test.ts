import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { elements, random, tensor } from '@fluxion/tensor';
import { expect, it } from 'vitest';
import { runOnnx } from '../../../../test/onnx/runOnnx.js';
import { type GraphProtoSchema, ModelProtoSchema } from '../proto/onnx_pb.js';
import { importOnnx } from './importOnnx.js';

type Graph = MessageInitShape<typeof GraphProtoSchema>;

const LENGTH = 5;
const FLOAT = 1;

const lengths = (...shape: readonly number[]) => [
  { value: { case: 'dimParam' as const, value: 'N' } },
  ...shape.map((length) => ({ value: { case: 'dimValue' as const, value: BigInt(length) } })),
];

/** Scores of which each place sees those up to itself, as a transformer exports them. */
function causalSoftmax(low: number, heads: readonly number[]): Uint8Array {
  const mask = Array.from({ length: LENGTH ** 2 }, (_, i) => (i % LENGTH > Math.floor(i / LENGTH) ? low : 0));
  const shape = { dim: lengths(...heads, LENGTH, LENGTH) };
  const graph: Graph = {
    name: 'causal',
    input: [{ name: 'x', type: { value: { case: 'tensorType', value: { elemType: FLOAT, shape } } } }],
    output: [{ name: 'y' }],
    initializer: [{ name: 'mask', dataType: FLOAT, dims: [BigInt(LENGTH), BigInt(LENGTH)], floatData: mask }],
    node: [
      { name: 'masked', opType: 'Add', input: ['x', 'mask'], output: ['scores'] },
      { name: 'weights', opType: 'Softmax', input: ['scores'], output: ['y'] },
    ],
  };
  const model = { irVersion: 8n, opsetImport: [{ domain: '', version: 17n }], graph };
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, model));
}

it.each([
  ['−∞', Number.NEGATIVE_INFINITY, []],
  ['−∞, the same for each head', Number.NEGATIVE_INFINITY, [2]],
  ['the lowest float', -3.4028234663852886e38, [2]],
  ['−10,000', -10_000, []],
])('a causal mask of %s comes in, and is not learned', async (_, low, heads) => {
  const bytes = causalSoftmax(low, heads);
  const model = await importOnnx(bytes);
  const shape = [3, ...heads, LENGTH, LENGTH];
  const uniform = random(1, 'scores').uniform;
  const size = shape.reduce((product, length) => product * length, 1);
  const x = tensor(
    Float32Array.from({ length: size }, (_, i) => uniform(i)),
    shape,
  );
  const { y } = await runOnnx(bytes, { x });
  const found = elements(model.fprop({ x }).value('y'));
  found.forEach((value, i) => expect(value).toBeCloseTo(y?.data[i] as number, 5));
  expect(found[1]).toBe(0);
  expect(model.parameters.filter(({ frozen }) => !frozen)).toEqual([]);
});
