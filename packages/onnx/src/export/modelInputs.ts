import { type FlowGraph, inputOptions } from '@fluxion/graph';
import type { OnnxGraph, OnnxValue } from '../write/onnxGraph.js';
import { FLOAT } from './boxWriter.js';

/** A model's inputs, as the graph takes them. */
export interface WrittenInputs {
  readonly inputs: readonly OnnxValue[];
  /** By input of the model, the name of its value. */
  readonly values: ReadonlyMap<string, string>;
  /** By masked input, the name of its mask. */
  readonly masks: ReadonlyMap<string, string>;
  readonly before: readonly string[];
}

/** Writes the inputs of a model as they are, and their masks. */
export function writeInputs(graph: OnnxGraph, { description }: FlowGraph): WrittenInputs {
  const values = new Map<string, string>();
  const masks = new Map<string, string>();
  const inputs: OnnxValue[] = [];
  const before: string[] = [];
  for (const [name, input] of Object.entries(description.inputs)) {
    const { shape, indices, masked } = inputOptions(input);
    const value = graph.name(name);
    values.set(name, value);
    inputs.push(
      indices === undefined
        ? { name: value, type: 'float32', shape }
        : { name: value, type: 'int64', shape, meaning: `indices from 0 to ${indices - 1}, −1 for none` },
    );
    if (!masked) continue;
    const mask = graph.name(`${name}.mask`);
    masks.set(name, mask);
    if (indices !== undefined && shape.length === 1) writeMask(graph, value, mask);
    else {
      const meaning = '1 for what counts, 0 for padding';
      inputs.push({ name: mask, type: 'float32', shape: shape.slice(0, 1), meaning });
    }
    before.push(`the padding of '${name}' stands at the end`);
  }
  return { inputs, values, masks, before };
}

/** 1 where there is an index, 0 for −1. */
export function writeMask(graph: OnnxGraph, indices: string, mask: string): void {
  const isPadding = graph.name(`${mask}/Less`);
  const counts = graph.name(`${mask}/Not`);
  graph.node('Less', [indices, graph.ints(`${mask}/ints`, [0])], {}, [isPadding]);
  graph.node('Not', [isPadding], {}, [counts]);
  graph.node('Cast', [counts], { to: FLOAT }, [mask]);
}
