import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { inputOptions } from '@fluxion/graph';
import { CheckpointError, elements, type Labels, labels, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  TensorProtoSchema,
  TensorProto_DataType as Type,
  type ValueInfoProto,
} from '../proto/onnx_pb.js';
import { type Constant, readConstant } from '../read/constant.js';
import { importOnnx } from './importOnnx.js';
import { operators } from './operators.js';

/** Where Debian's package libonnx-testdata 1.12 puts the tests of the standard. */
const folder = '/usr/share/libonnx-testdata/data';
const suites = ['node', 'simple', 'pytorch-converted', 'pytorch-operator'];

/** Operators of constants alone, which are worked out. */
const folded = ['Constant', 'ConstantOfShape', 'Shape'];

const recurrent = ['LSTM', 'GRU', 'RNN'];

/** A test: a model, what comes in and what has to come out. */
interface StandardTest {
  readonly model: ModelProto;
  readonly graph: GraphProto;
  readonly inputs: readonly TensorProto[];
  readonly outputs: readonly TensorProto[];
}

function readTest(suite: string, name: string): StandardTest | undefined {
  const path = join(folder, suite, name);
  if (!existsSync(join(path, 'test_data_set_0'))) return undefined;
  const model = fromBinary(ModelProtoSchema, readFileSync(join(path, 'model.onnx')));
  const { graph } = model;
  if (graph === undefined || graph.node.length === 0) return undefined;
  if (!graph.node.every(({ opType }) => opType in operators || folded.includes(opType))) return undefined;
  const tensors = (kind: 'input' | 'output'): TensorProto[] =>
    readdirSync(join(path, 'test_data_set_0'))
      .filter((file) => file.startsWith(kind))
      .toSorted((a, b) => numberIn(a) - numberIn(b))
      .map((file, i) => {
        const found = fromBinary(TensorProtoSchema, readFileSync(join(path, 'test_data_set_0', file)));
        // NumPy has no bfloat16: the files call its bits uint16, and the model says what they are.
        const isBfloat16 = elementType(graph[kind][i]) === Type.BFLOAT16;
        return isBfloat16 ? create(TensorProtoSchema, { ...found, dataType: Type.BFLOAT16 }) : found;
      });
  return { model, graph, inputs: tensors('input'), outputs: tensors('output') };
}

function elementType(info: ValueInfoProto | undefined): Type | undefined {
  const type = info?.type?.value;
  return type?.case === 'tensorType' ? type.value.elemType : undefined;
}

function numberIn(file: string): number {
  return Number(/\d+/.exec(file));
}

/**
 * Imports the model of a test and compares what it predicts.
 *
 * @param hasWeights whether all inputs but the first are weights, which the tests give as inputs
 * @param isFirstAlone whether only the first output is wanted
 */
async function attempt(test: StandardTest, hasWeights: boolean, isFirstAlone: boolean): Promise<void> {
  const { graph: whole, inputs, outputs } = test;
  const known = new Set(whole.initializer.map(({ name }) => name));
  const given = whole.input.filter(({ name }) => !known.has(name));
  const weights = hasWeights ? given.slice(1) : [];
  const initializer = weights.flatMap(({ name }, i) => {
    const values = inputs[i + 1];
    return values === undefined ? [] : [create(TensorProtoSchema, { ...values, name })];
  });
  const graph: GraphProto = {
    ...whole,
    initializer: [...whole.initializer, ...initializer],
    output: isFirstAlone ? whole.output.filter(({ name }) => name !== '').slice(0, 1) : whole.output,
  };
  const model = await importOnnx(toBinary(ModelProtoSchema, { ...test.model, graph }));
  const isTimeMajor =
    recurrent.includes(whole.node[0].opType) &&
    !whole.node[0].attribute.some(({ name }) => name === 'layout');
  const feeds = given.flatMap(({ name }, i): readonly (readonly [string, Tensor | Labels])[] => {
    const input = model.description.inputs[name];
    if (input === undefined) return [];
    const { values, shape } = readConstant(inputs[i]);
    if (inputOptions(input).indices !== undefined) return [[name, labels([...values], [...shape])]];
    const view = tensor(values, [...shape]);
    const order = [...shape.keys()];
    return [[name, isTimeMajor ? copy(view.transpose(...order.with(0, 1).with(1, 0))) : view]];
  });
  const tape = model.fprop(Object.fromEntries(feeds));
  for (const { name } of graph.output) {
    if (name === '') continue;
    const place = whole.output.findIndex((output) => output.name === name);
    const found = tape.value(name);
    const expected = readConstant(outputs[place]);
    const batch = batchAxis(whole.node, name, expected, found.shape[0]);
    expectEqual(found, expected, batch, elementType(whole.output[place]) === Type.FLOAT16 ? 2 ** -11 : 1e-5);
  }
}

/** Which axis of a test's output is our first, the minibatch: where its operator puts it, or the first of that length. */
function batchAxis(
  [node, ...others]: readonly NodeProto[],
  output: string,
  { shape }: Constant,
  size: number,
): number {
  const attribute = (wanted: string) => node.attribute.find(({ name }) => name === wanted);
  if (node.opType === 'Transpose' && others.length === 0) {
    return attribute('perm')?.ints.indexOf(0n) ?? shape.length - 1;
  }
  if (recurrent.includes(node.opType) && others.length === 0 && attribute('layout') === undefined) {
    return node.output.indexOf(output) === 0 ? 2 : 1;
  }
  return shape.indexOf(size);
}

/** @param tolerance relative to the expected value, or to 1 where that is larger */
function expectEqual(found: Tensor, { values, shape }: Constant, batch: number, tolerance: number): void {
  const order = [batch, ...[...shape.keys()].filter((axis) => axis !== batch)];
  const expected = tensor(values, [...shape]).transpose(...order);
  const [ours, theirs] = [elements(found), elements(expected)];
  const isEqual =
    String(found.shape) === String(expected.shape) &&
    ours.every((value, i) => {
      const difference = Math.abs(value - theirs[i]);
      return Object.is(value, theirs[i]) || difference <= tolerance * Math.max(1, Math.abs(theirs[i]));
    });
  if (!isEqual) throw new Error('predicts other values');
}

function copy(view: Tensor): Tensor {
  return tensor([...elements(view)], [...view.shape]);
}

/** Why a test does not pass; undefined where it does. */
async function reasonOf(test: StandardTest): Promise<string | undefined> {
  let reason: string | undefined;
  for (const isFirstAlone of [false, true]) {
    for (const hasWeights of [false, true]) {
      try {
        await attempt(test, hasWeights, isFirstAlone);
        return undefined;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const [, inside] =
          /^ONNX bytes: (?:expected what boxes can express, got )?(.*?)(?:; [a-z ]+)?$/.exec(error.message) ??
          [];
        reason = error instanceof CheckpointError ? inside : error.message;
        if (test.graph.node.some(({ opType }) => opType === 'Dropout')) {
          reason = `${reason} (the test drops at random, a dropout box in training alone)`;
        }
      }
    }
  }
  return reason;
}

describe.each(existsSync(folder) ? suites : [])('the tests of the ONNX standard, %s', (suite) => {
  it('pass where boxes can express their operators; of the others it is known why not', async () => {
    const refused: string[] = [];
    let passed = 0;
    for (const name of readdirSync(join(folder, suite)).toSorted()) {
      const test = readTest(suite, name);
      if (test === undefined) continue;
      const reason = await reasonOf(test);
      if (reason === undefined) passed++;
      else refused.push(`${name}: ${reason}`);
    }
    const report = [`${passed} of ${passed + refused.length} pass; these do not:`, '', ...refused, ''].join(
      '\n',
    );
    await expect(report).toMatchFileSnapshot(`../../test/standard/${suite}.txt`);
    expect(passed).toBeGreaterThan(0);
  });
});

it.each(existsSync(folder) ? [] : suites)(
  "the tests of the ONNX standard, %s, are left out: Debian's libonnx-testdata is not installed",
  () => expect(existsSync(folder)).toBe(false),
);
