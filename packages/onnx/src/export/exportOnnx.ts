import { type Box, type FlowGraph, inputOptions } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { OnnxGraph, type OnnxValue } from '../write/onnxGraph.js';
import { boxOperators } from './boxOperators.js';
import { BoxWriter, FLOAT } from './boxWriter.js';

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
 * their names; numbers are float32.
 *
 * What acts in training alone, as dropout, is left out, and batchNorm has its running statistics. The mask of a masked input
 * is the input `NAME.mask`; of indices [length] it is where they are not −1.
 *
 * @throws {OptionError} when a box is of a kind that has no operators in ONNX, or the parameters exceed 2 GiB.
 * @see https://onnx.ai/onnx/operators/
 * @example
 * const { bytes } = exportOnnx(model);
 * await writeFile('model.onnx', bytes);
 */
export function exportOnnx(model: FlowGraph): OnnxExport {
  expectOperators(model);
  const graph = new OnnxGraph();
  const values = new Map<string, string>();
  const masks = new Map<string, string>();
  const inputs: OnnxValue[] = [];
  const before: string[] = [];
  for (const name of model.outputs) values.set(name, graph.name(name));
  for (const [name, input] of Object.entries(model.description.inputs)) {
    const { shape, indices, masked } = inputOptions(input);
    const value = graph.name(name);
    values.set(name, value);
    inputs.push({ name: value, type: indices === undefined ? 'float32' : 'int64', shape });
    if (!masked) continue;
    const mask = graph.name(`${name}.mask`);
    masks.set(name, mask);
    if (indices !== undefined && shape.length === 1) writeMask(graph, value, mask);
    else inputs.push({ name: mask, type: 'float32', shape: shape.slice(0, 1) });
    before.push(`the padding of '${name}' stands at the end`);
  }
  for (const box of model.boxes) values.set(box.name, writeBox(graph, model, box, values, masks));
  const outputs = model.outputs.map((name): OnnxValue => {
    return { name: values.get(name) as string, type: 'float32', shape: model.box(name).shape };
  });
  return { bytes: graph.toBytes(inputs, outputs, ''), inputs, outputs, before };
}

function expectOperators({ boxes }: FlowGraph): void {
  const without = boxes.filter(({ description: { kind } }) => !Object.hasOwn(boxOperators, kind));
  if (without.length === 0) return;
  const names = without.map(({ name, description }) => `${description.kind} '${name}'`).join(', ');
  throw new OptionError(
    `exportOnnx model: expected boxes of ${Object.keys(boxOperators).join(', ')}, got ${names}; replace these, or export the part below them`,
  );
}

/** 1 where there is an index, 0 for −1. */
function writeMask(graph: OnnxGraph, indices: string, mask: string): void {
  const isPadding = graph.name(`${mask}/Less`);
  const counts = graph.name(`${mask}/Not`);
  graph.node('Less', [indices, graph.ints(`${mask}/ints`, [0])], {}, [isPadding]);
  graph.node('Not', [isPadding], {}, [counts]);
  graph.node('Cast', [counts], { to: FLOAT }, [mask]);
}

/** Writes a box, and answers the name of its value: its own, unless that is taken. */
function writeBox(
  graph: OnnxGraph,
  model: FlowGraph,
  box: Box,
  values: ReadonlyMap<string, string>,
  masks: ReadonlyMap<string, string>,
): string {
  const { children, kind } = box.description;
  const maskOf = (child: string): string | undefined => {
    const carried = masks.has(child) ? child : model.boxes.find(({ name }) => name === child)?.mask;
    return carried === undefined ? undefined : masks.get(carried);
  };
  const writer = new BoxWriter(
    graph,
    model,
    box,
    children.map((child) => values.get(child) as string),
    children.map(maskOf),
  );
  const written = boxOperators[kind]?.(writer) as string;
  const own = values.get(box.name) ?? graph.name(box.name);
  graph.rename(written, own);
  return own;
}
