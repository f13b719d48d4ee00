import {
  type BoxDescription,
  type FlowGraph,
  type GraphDescription,
  type InputDescription,
  inputOptions,
  type PlacedBox,
} from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { apply } from './apply.js';
import { add } from './arithmetic/add.js';
import { embeddingBag } from './embedding/embeddingBag.js';
import { type GraphOptions, graph } from './graph.js';
import { type Linear, linear } from './linear/linear.js';

/** How a chain becomes a model. */
export interface SequentialOptions extends GraphOptions {
  /** Shape of one example: [784], or [28, 28] under flatten(); or { shape: [64], indices: 10000 }. Without it, the encoder's. */
  readonly inputShape?: InputDescription;
}

/**
 * A chain of boxes, each on the one before; the first on `input`, or on what the encoder gives. Where that is several inputs,
 * numbers and indices of what is not zero, the first box has to be linear and is a sum over them. Boxes without a name are
 * counted by kind: linear1, tanh1, linear2.
 *
 * @throws {OptionError} when there is no box, two have one name, or an option is unknown or invalid; {ShapeError}
 *   when a box does not fit the one before.
 * @example
 * const model = sequential([linear(500), tanh(), linear(10)], { inputShape: [784], seed: 1 });
 */
export function sequential(chain: readonly BoxDescription[], options: SequentialOptions): FlowGraph {
  const { inputShape, ...graphOptions } = options ?? {};
  const { encoder } = graphOptions;
  if (!Array.isArray(chain)) {
    throw new OptionError(
      `sequential: expected a list of boxes, got ${typeof chain}; give one, as [linear(10)]`,
    );
  }
  const inputs: GraphDescription['inputs'] =
    inputShape === undefined && encoder !== undefined
      ? encoder.inputs
      : { input: inputShape as InputDescription };
  const names = Object.keys(inputs);
  if (names.length === 1 && !isInput(inputs[names[0] as string])) {
    throw new OptionError(
      `sequential inputShape: expected the shape of one example, got ${inputShape}; give it, as [784]`,
    );
  }
  const placed: Record<string, PlacedBox> = {};
  const counts = new Map<string, number>();
  let last = names[0] as string;
  for (const box of chain) {
    const count = (counts.get(box.kind) ?? 0) + 1;
    counts.set(box.kind, count);
    const boxName = box.name ?? `${box.kind}${count}`;
    if (Object.hasOwn(placed, boxName)) {
      throw new OptionError(
        `sequential: expected a name of its own for each box, got '${boxName}' twice; rename one`,
      );
    }
    if (names.length > 1 && Object.keys(placed).length === 0) {
      Object.assign(placed, linearOfAll(box, boxName, inputs));
    } else placed[boxName] = apply(box, last);
    last = boxName;
  }
  if (chain.length === 0) {
    throw new OptionError('sequential: expected at least one box, got none; give one, as linear(10)');
  }
  return graph({ inputs: structuredClone(inputs), boxes: placed, outputs: [last] }, graphOptions);
}

function isInput(input: InputDescription | undefined): boolean {
  return input !== undefined && Array.isArray(inputOptions(input).shape);
}

/**
 * A linear map of all that an encoder gives, as a sum: a linear box on what is numbers, and of what is indices with weights
 * the rows that they name.
 *
 * @throws {OptionError} when the box is not linear.
 */
function linearOfAll(
  box: BoxDescription,
  name: string,
  inputs: GraphDescription['inputs'],
): Record<string, PlacedBox> {
  const { kind, units, name: _, ...options } = box as Linear;
  if (kind !== 'linear') {
    throw new OptionError(
      `sequential: expected a linear box first, to join the inputs ${Object.keys(inputs).join(', ')}, got ${kind}; put one there, or join them by graph()`,
    );
  }
  const terms: Record<string, PlacedBox> = {};
  for (const [input, description] of Object.entries(inputs)) {
    const weights = `${input}.weights`;
    if (inputOptions(description).indices !== undefined) {
      terms[`${name}.${input}`] = apply(
        embeddingBag(units, options),
        input,
        ...(weights in inputs ? [weights] : []),
      );
    } else if (!input.endsWith('.weights')) terms[`${name}.${input}`] = apply(linear(units, options), input);
  }
  return { ...terms, [name]: apply(add(), ...Object.keys(terms)) };
}
