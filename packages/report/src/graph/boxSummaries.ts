import type { FlowGraph } from '@fluxion/graph';
import type { BoxSummary } from '../run.js';

/**
 * The inputs of a model, then its boxes in the order of fprop, each as the call that describes it: `linear(100)`.
 *
 * @example
 * const [input] = boxSummaries(model); // { name: 'input', description: 'input', children: [], output: [784], parameters: 0 }
 */
export function boxSummaries(model: FlowGraph): BoxSummary[] {
  const inputs = Object.entries(model.inputs).map(([name, output]) => ({
    name,
    description: 'input',
    children: [],
    output,
    parameters: 0,
  }));
  const boxes = model.boxes.map(({ name, description, shape, parameters }) => ({
    name,
    description: callOf(description),
    children: description.children,
    output: shape,
    parameters: [...parameters.values()].reduce((sum, { value }) => sum + value.size, 0),
  }));
  return [...inputs, ...boxes];
}

/** `linear(100)`, `conv2d(channels 8, kernel 3)`: an option alone needs no name. */
function callOf(description: { readonly kind: string }): string {
  const { kind, name: _, children: __, ...options } = description as Record<string, unknown>;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const texts = given.map(([option, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : `${value}`;
    return given.length === 1 ? text : `${option} ${text}`;
  });
  return `${kind}(${texts.join(', ')})`;
}
