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
  type TensorProto,
  TensorProtoSchema,
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
  const tensors = (kind: string): TensorProto[] =>
    readdirSync(join(path, 'test_data_set_0'))
      .filter((file) => file.startsWith(kind))
      .toSorted((a, b) => numberIn(a) - numberIn(b))
      .map((file) => fromBinary(TensorProtoSchema, readFileSync(join(path, 'test_data_set_0', file))));
  return { model, graph, inputs: tensors('input'), outputs: tensors('output') };
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
    const place = whole.output.findIndex((output) => output.name === name);
    if (name !== '') expectEqual(tape.value(name), readConstant(outputs[place]));
  }
}

/** The minibatch is our first axis; it may be another one of the test's. */
function expectEqual(found: Tensor, { values, shape }: Constant): void {
  const all = tensor(values, [...shape]);
  const isEqual = [...shape.keys()].some((batch) => {
    const order = [batch, ...[...shape.keys()].filter((axis) => axis !== batch)];
    const expected = all.transpose(...order);
    if (String(found.shape) !== String(expected.shape)) return false;
    const [ours, theirs] = [elements(found), elements(expected)];
    return ours.every((value, i) => {
      return (
        Object.is(value, theirs[i]) || Math.abs(value - theirs[i]) <= 1e-5 * Math.max(1, Math.abs(theirs[i]))
      );
    });
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
