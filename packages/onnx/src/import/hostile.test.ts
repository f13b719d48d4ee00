import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { linear, lstm, relu, sequential, softmax } from '@fluxion/layers';
import { CheckpointError, OptionError, random } from '@fluxion/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { exportOnnx } from '../export/exportOnnx.js';
import { GraphProtoSchema, ModelProtoSchema, type TensorProtoSchema } from '../proto/onnx_pb.js';
import { importOnnx } from './importOnnx.js';

type Graph = MessageInitShape<typeof GraphProtoSchema>;
type Initializer = MessageInitShape<typeof TensorProtoSchema>;

const folder = mkdtempSync(join(tmpdir(), 'fluxion-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const opsetImport = [{ domain: '', version: 17n }];

function tensorValue(name: string, ...lengths: number[]): NonNullable<Graph['input']>[number] {
  const dim = lengths.map((length) => ({ value: { case: 'dimValue' as const, value: BigInt(length) } }));
  return { name, type: { value: { case: 'tensorType', value: { elemType: 1, shape: { dim } } } } };
}

function modelOf(graph: Graph): Uint8Array {
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, opsetImport, graph }));
}

/** x · w, with a weight of one's own. */
function product(initializer: Initializer, length = 2): Uint8Array {
  return modelOf({
    input: [tensorValue('x', 1, length)],
    output: [tensorValue('y', 1, 2)],
    node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['y'] }],
    initializer: [{ name: 'w', ...initializer }],
  });
}

const float = 1;
const sound = { dataType: float, dims: [2n, 2n], floatData: [1, 2, 3, 4] };

async function expectRefusal(source: string | Uint8Array, text: string | RegExp): Promise<void> {
  const refusal = importOnnx(source);
  await expect(refusal).rejects.toThrow(CheckpointError);
  await expect(refusal).rejects.toThrow(text);
}

it('takes the model that the others are made of', async () => {
  const model = await importOnnx(product(sound));
  expect([...model.parameters[0].value.data]).toEqual([1, 2, 3, 4]);
});

describe('bytes that are no model', () => {
  it.each([
    ['none', new Uint8Array(0), 'expected a model with a graph, got none'],
    ['text', new TextEncoder().encode('hello'), 'could not decode it'],
    ['zeros', new Uint8Array(1000), 'could not decode it'],
    ['a length beyond the end', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x07), 'could not decode it'],
  ])('%s', (_, bytes, text) => expectRefusal(bytes, text));

  it('any part of a model', async () => {
    const whole = product(sound);
    for (let length = 0; length < whole.length; length++) {
      await expect(importOnnx(whole.subarray(0, length))).rejects.toThrow(CheckpointError);
    }
  });

  it('a file that is not there, and a folder', async () => {
    await expectRefusal(join(folder, 'none.onnx'), 'could not read it');
    await expectRefusal(folder, 'it is a folder');
  });

  it.each([0n, 22n, 2n ** 62n])('opset %s', (version) =>
    expectRefusal(
      toBinary(
        ModelProtoSchema,
        create(ModelProtoSchema, { opsetImport: [{ version }], graph: { node: [{ opType: 'Relu' }] } }),
      ),
      'expected opset 1 to 21',
    ),
  );
});

describe('numbers that cannot be', () => {
  it.each<[string, Initializer, string]>([
    ['more than there are', { ...sound, dims: [2n ** 40n, 2n] }, 'got 4'],
    ['a negative length', { ...sound, dims: [-2n, -2n] }, 'whole lengths'],
    ['a length beyond all', { ...sound, dims: [2n ** 62n] }, 'whole lengths'],
    ['very many axes', { ...sound, dims: new Array<bigint>(100).fill(1n) }, 'at most 64 axes'],
    ['bytes of another length', { dataType: float, dims: [2n, 2n], rawData: new Uint8Array(15) }, '16 bytes'],
    ['texts', { dataType: 8, dims: [1n], stringData: [new Uint8Array(1)] }, 'the type STRING'],
    ['an unknown type', { dataType: 99, dims: [1n] }, 'the type 99'],
    ['infinity', { ...sound, floatData: [1, 2, 3, Number.POSITIVE_INFINITY] }, 'expected finite numbers'],
    ['a weight that does not fit', { ...sound, dims: [4n, 1n] }, "MatMul 'y'"],
    ['a weight that is no matrix', { ...sound, dims: [4n] }, 'expected a matrix'],
  ])('%s', (_, initializer, text) => expectRefusal(product(initializer), text));

  it('examples larger than any', () => expectRefusal(product(sound, 2 ** 40), 'at most 67108864 numbers'));
});

describe('graphs that cannot be', () => {
  const ends = { input: [tensorValue('x', 1, 2)], output: [tensorValue('y', 1, 2)] };
  it.each<[string, Graph, string]>([
    [
      'a cycle',
      {
        ...ends,
        node: [
          { opType: 'Add', input: ['x', 'y'], output: ['z'] },
          { opType: 'Relu', input: ['z'], output: ['y'] },
        ],
      },
      "expected no cycle, got one through 'y'",
    ],
    [
      'a node on itself',
      { ...ends, node: [{ opType: 'Relu', input: ['y'], output: ['y'] }] },
      'expected no cycle',
    ],
    [
      'a value that nobody makes',
      { ...ends, node: [{ opType: 'Relu', input: ['z'], output: ['y'] }] },
      "none for 'z'",
    ],
    [
      'a value that two make',
      { ...ends, node: ['a', 'b'].map(() => ({ opType: 'Relu', input: ['x'], output: ['y'] })) },
      "got 'y' twice",
    ],
    [
      'an output of nothing',
      { ...ends, node: [{ opType: 'Relu', input: ['x'], output: ['z'] }] },
      "none for 'y'",
    ],
    [
      'a node without inputs',
      { ...ends, node: [{ opType: 'Relu', output: ['y'] }] },
      'expected input 1, got none',
    ],
    [
      'a constant of a constant and nothing',
      {
        ...ends,
        node: [
          { opType: 'Shape', input: ['x'], output: ['size'] },
          { opType: 'Add', input: ['size', ''], output: ['more'] },
          { opType: 'Reshape', input: ['x', 'more'], output: ['y'] },
        ],
      },
      'expected input 2, got none',
    ],
    [
      'a name that no object takes',
      {
        ...ends,
        output: [tensorValue('__proto__', 1, 2)],
        node: [{ opType: 'Relu', input: ['x'], output: ['__proto__'] }],
      },
      'expected names other than __proto__ and nothing',
    ],
    [
      'a shape that would fill the memory',
      {
        ...ends,
        initializer: [{ name: 'n', dataType: 7, dims: [2n], int64Data: [2n ** 31n, 2n ** 31n] }],
        node: [
          { opType: 'ConstantOfShape', input: ['n'], output: ['c'] },
          { opType: 'Add', input: ['x', 'c'], output: ['y'] },
        ],
      },
      'expected a constant of at most',
    ],
    [
      'numbers that are cut to whole ones',
      {
        ...ends,
        node: [
          { opType: 'Cast', input: ['x'], output: ['w'], attribute: [{ name: 'to', type: 2, i: 7n }] },
          { opType: 'Cast', input: ['w'], output: ['y'], attribute: [{ name: 'to', type: 2, i: 1n }] },
        ],
      },
      "Cast 'w' (expected a cast between float types, got one to INT64)",
    ],
    [
      'a constant that differs from example to example',
      {
        ...ends,
        initializer: [{ ...sound, name: 'c' }],
        node: [
          {
            opType: 'Concat',
            input: ['x', 'c'],
            output: ['y'],
            attribute: [{ name: 'axis', type: 2, i: 1n }],
          },
        ],
      },
      "Concat 'y' (expected a constant that is the same for each of 2 examples, got others)",
    ],
  ])('%s', (_, graph, text) => expectRefusal(modelOf(graph), text));

  it('a million nodes', async () => {
    const one = toBinary(
      GraphProtoSchema,
      create(GraphProtoSchema, { node: [{ opType: 'Relu', input: ['x'] }] }),
    );
    const graph = new Uint8Array(one.length * 1e6);
    for (let i = 0; i < 1e6; i++) graph.set(one, i * one.length);
    const head: number[] = [0x3a];
    for (let length = graph.length; ; length >>>= 7) {
      head.push(length < 128 ? length : (length & 127) | 128);
      if (length < 128) break;
    }
    const bytes = new Uint8Array(head.length + graph.length);
    bytes.set(head);
    bytes.set(graph, head.length);
    await expectRefusal(bytes, 'expected at most 100000 nodes, got 1000000');
  });

  it('a chain as long as is allowed is taken', async () => {
    const node = Array.from({ length: 20_000 }, (_, i) => ({
      opType: 'Relu',
      input: [i === 0 ? 'x' : `v${i}`],
      output: [i === 19_999 ? 'y' : `v${i + 1}`],
    }));
    expect((await importOnnx(modelOf({ ...ends, node }))).boxes).toHaveLength(20_000);
  });

  it('weights used again and again', async () => {
    const size = 2 ** 11;
    const weight = {
      name: 'w',
      dataType: float,
      dims: [BigInt(size), BigInt(size)],
      rawData: new Uint8Array(4 * size ** 2),
    };
    const node = Array.from({ length: 1000 }, (_, i) => ({
      opType: 'MatMul',
      input: [i === 0 ? 'x' : `v${i}`, 'w'],
      output: [i === 999 ? 'y' : `v${i + 1}`],
    }));
    const graph = {
      input: [tensorValue('x', 1, size)],
      output: [tensorValue('y', 1, size)],
      initializer: [weight],
      node,
    };
    await expectRefusal(modelOf(graph), 'expected fewer numbers from a file of this size');
  });
});

it('names all operators that boxes have not, each with its node and why', () =>
  expectRefusal(
    modelOf({
      input: [tensorValue('x', 1, 2)],
      output: [tensorValue('a', 1, 2), tensorValue('b', 1, 2), tensorValue('c', 1, 2)],
      node: [
        { opType: 'Sin', name: 'wave', input: ['x'], output: ['a'] },
        { opType: 'Relu', input: ['a'], output: ['b'] },
        { opType: 'Special', name: 'own', domain: 'com.example', input: ['x'], output: ['c'] },
      ],
    }),
    "got Sin 'wave' (no box computes it); Special 'own' (expected operators of the standard, got one of com.example); replace these",
  ));

describe('data outside the file', () => {
  const external = (location: string, more: Record<string, string> = {}): Initializer => ({
    dataType: float,
    dims: [2n, 2n],
    dataLocation: 1,
    externalData: Object.entries({ location, ...more }).map(([key, value]) => ({ key, value })),
  });
  const saved = (initializer: Initializer): string => {
    const path = join(folder, 'model.onnx');
    writeFileSync(path, product(initializer));
    return path;
  };
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(Float32Array.of(0, 1, 2, 3, 4).buffer));
  symlinkSync('/etc/passwd', join(folder, 'link.bin'));

  it('is read beside the model', async () => {
    const model = await importOnnx(saved(external('weights.bin', { offset: '4', length: '16' })));
    expect([...model.parameters[0].value.data]).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['../weights.bin', {}, "expected a file in the model's folder"],
    ['/etc/passwd', {}, "expected a file in the model's folder"],
    ['a/../../weights.bin', {}, "expected a file in the model's folder"],
    ['link.bin', {}, "expected a file in the model's folder"],
    ['.', {}, "expected a file in the model's folder"],
    ['', {}, "expected a file in the model's folder"],
    ['none.bin', {}, 'could not find it'],
    ['weights.bin', { offset: '8', length: '16' }, 'expected bytes within the 20'],
    ['weights.bin', { offset: '-4', length: '16' }, 'expected bytes within the 20'],
    ['weights.bin', { length: '1e300' }, 'expected bytes within the 20'],
    ['weights.bin', { length: '12' }, '16 bytes'],
  ])('is refused of %j %j', (location, more, text) => expectRefusal(saved(external(location, more)), text));

  it('is refused of bytes that have no folder', () =>
    expectRefusal(product(external('weights.bin')), 'give the path of the model'));
});

it('answers bytes changed at random with a model or a typed error', async () => {
  const model = sequential([lstm(3, { sequence: true }), relu(), linear(2), softmax()], {
    inputShape: [4, 2],
    seed: 1,
  });
  const { bytes } = exportOnnx(model);
  const numbers = random(1, 'bytes');
  let refused = 0;
  for (let trial = 0; trial < 400; trial++) {
    const changed = bytes.slice();
    for (let change = 0; change < 3; change++) {
      changed[numbers.integer(7 * trial + 2 * change, changed.length)] = numbers.integer(
        7 * trial + 2 * change + 1,
        256,
      );
    }
    try {
      await importOnnx(changed);
    } catch (error) {
      refused++;
      expect(error instanceof CheckpointError || error instanceof OptionError).toBe(true);
    }
  }
  expect(refused).toBeGreaterThan(0);
});
