import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { elements, random, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/onnx/runOnnx.js';
import { type GraphProtoSchema, ModelProtoSchema } from '../proto/onnx_pb.js';
import { importOnnx } from './importOnnx.js';

type Graph = MessageInitShape<typeof GraphProtoSchema>;
type Node = NonNullable<Graph['node']>[number];
type Initializer = NonNullable<Graph['initializer']>[number];
type Attribute = NonNullable<Node['attribute']>[number];

const [FLOAT, INT64] = [1, 7];
/** The example that each node is given, and as many as there are in a minibatch. */
const SHAPE = [4, 6, 5];
const BATCH = 3;

const int = (name: string, i: number): Attribute => ({ name, type: 2, i: BigInt(i) });
const text = (name: string, s: string): Attribute => ({ name, type: 3, s: new TextEncoder().encode(s) });
const numbers = (name: string, floatData: number[]): Initializer => ({
  ...{ name, dataType: FLOAT, dims: [BigInt(floatData.length)], floatData },
});
const integers = (name: string, ...values: number[]): Initializer => ({
  ...{ name, dataType: INT64, dims: [BigInt(values.length)], int64Data: values.map(BigInt) },
});

function valueInfo(name: string, shape: readonly number[]): NonNullable<Graph['input']>[number] {
  const batch = { value: { case: 'dimParam' as const, value: 'N' } };
  const dim = shape.map((length) => ({ value: { case: 'dimValue' as const, value: BigInt(length) } }));
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: FLOAT, shape: { dim: [batch, ...dim] } } } },
  };
}

interface Case {
  readonly type: string;
  readonly attributes?: readonly Attribute[];
  readonly initializers?: readonly Initializer[];
  readonly outputs?: readonly string[];
  readonly since: number;
}

/** What the opsets from 18 on define in another way than those before, or add. */
const cases: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    [
      'ReduceMean',
      'ReduceMax',
      'ReduceMin',
      'ReduceL1',
      'ReduceL2',
      'ReduceLogSumExp',
      'ReduceSumSquare',
    ].map((type) => [
      `${type}, its axes an input`,
      { type, initializers: [integers('axes', 1, -1)], attributes: [int('keepdims', 0)], since: 18 },
    ]),
  ),
  'Split into so many, the last one smaller': {
    type: 'Split',
    attributes: [int('axis', -1), int('num_outputs', 2)],
    outputs: ['y', 'z'],
    since: 18,
  },
  'Pad of some axes': {
    type: 'Pad',
    initializers: [
      integers('pads', 1, 2, 0, 1),
      { name: 'value', dataType: FLOAT, dims: [], floatData: [0] },
      integers('axes', 2, 3),
    ],
    since: 18,
  },
  Mish: { type: 'Mish', since: 18 },
  'Gelu, exact': { type: 'Gelu', since: 20 },
  'Gelu by tanh': { type: 'Gelu', attributes: [text('approximate', 'tanh')], since: 20 },
  'GroupNormalization, a number for each channel': {
    type: 'GroupNormalization',
    attributes: [int('num_groups', 2)],
    initializers: [numbers('gain', [1, 2, 3, 4]), numbers('bias', [0.1, 0.2, 0.3, 0.4])],
    since: 21,
  },
};

const tried = Object.entries(cases).flatMap(([name, node]) =>
  [18, 19, 20, 21].filter((opset) => opset >= node.since).map((opset) => ({ name, opset, ...node })),
);

describe('a node of a later opset gives what ONNX Runtime gives:', () => {
  it.each(tried)('$name, opset $opset', async ({ type, attributes, initializers, outputs, opset }) => {
    const given = initializers ?? [];
    const results = outputs ?? ['y'];
    const graph: Graph = {
      name: 'one node',
      input: [valueInfo('x', SHAPE)],
      output: results.map((name) => ({ name })),
      initializer: [...given],
      node: [
        {
          ...{ name: 'node', opType: type, output: [...results], attribute: [...(attributes ?? [])] },
          input: ['x', ...given.map(({ name }) => name as string)],
        },
      ],
    };
    const model = { irVersion: 10n, opsetImport: [{ domain: '', version: BigInt(opset) }], graph };
    const bytes = toBinary(ModelProtoSchema, create(ModelProtoSchema, model));
    const uniform = random(1, 'opsets').uniform;
    const size = SHAPE.reduce((product, length) => product * length, BATCH);
    const x = tensor(
      Float32Array.from({ length: size }, (_, i) => 4 * uniform(i) - 2),
      [BATCH, ...SHAPE],
    );
    const expected = await runOnnx(bytes, { x });
    const tape = (await importOnnx(bytes)).fprop({ x });
    for (const name of results) {
      const found = tape.value(name);
      expect(found.shape).toEqual(expected[name]?.dims);
      const wanted = expected[name]?.data as number[];
      elements(found).forEach((value, i) => expect(value).toBeCloseTo(wanted[i] as number, 4));
    }
  });
});
