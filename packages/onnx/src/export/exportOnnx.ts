import { Encoder } from '@fluxion/data';
import { expectModel, type FlowGraph } from '@fluxion/graph';
import { OnnxGraph, type OnnxValue } from '../write/onnxGraph.js';
import { writeEncoder } from './encoderInputs.js';
import { writeInputs } from './modelInputs.js';
import { targetsOf, writeTarget } from './targetOutputs.js';
import { expectOperators, writeBoxes } from './writeBoxes.js';

/** A model as ONNX. */
export interface OnnxExport {
  /** The file. */
  readonly bytes: Uint8Array;
  /** What it takes, each [batch, ...shape]. */
  readonly inputs: readonly OnnxValue[];
  /** What it gives, each [batch, ...shape]. */
  readonly outputs: readonly OnnxValue[];
  /** What has to be done before or kept in mind, as it could not be put in: a sentence each. */
  readonly before: readonly string[];
}

/**
 * A model as a file of ONNX, opset 17: what it predicts, for any program that runs ONNX. Inputs, boxes and parameters keep
 * their names; numbers are float32. What acts in training alone, as dropout, is left out, and batchNorm has its running
 * statistics.
 *
 * The encoder of a model goes with it: the inputs are the columns of the table, numbers as float64, where NaN is a gap, and words
 * as text, where '' is one. The output TARGET is the name of the likeliest class, and TARGET.probabilities has all; a number is in
 * its own units. What ONNX cannot do, as hashing words, is told in `before`.
 *
 * The mask of a masked input is the input NAME.mask; of indices [length] it is where they are not −1.
 *
 * @throws {OptionError} when a box is of a kind that has no operators in ONNX, or the parameters exceed 2 GiB.
 * @see https://onnx.ai/onnx/operators/
 * @example
 * const { bytes, inputs, before } = exportOnnx(model);
 * await writeFile('model.onnx', bytes);
 */
export function exportOnnx(model: FlowGraph): OnnxExport {
  expectOperators(expectModel('exportOnnx', model));
  const graph = new OnnxGraph();
  const encoder = model.encoder instanceof Encoder ? model.encoder : undefined;
  const written = encoder === undefined ? writeInputs(graph, model) : writeEncoder(graph, encoder);
  const targets = encoder === undefined ? [] : targetsOf(graph, model, encoder);
  const names = targets.length > 0 ? [] : model.outputs.map((name) => [name, graph.name(name)] as const);
  const values = writeBoxes(graph, model, written, new Map(names));
  const outputs =
    targets.length > 0
      ? targets.flatMap((target) => writeTarget(graph, target, values.get(target.output) as string))
      : names.map(([box, name]): OnnxValue => ({ name, type: 'float32', shape: model.box(box).shape }));
  const { inputs, before } = written;
  return { bytes: graph.toBytes(inputs, outputs), inputs, outputs, before };
}
