import {
  type BoxDescription,
  type GraphDescription,
  type InputDescription,
  inputOptions,
  type PlacedBox,
} from '@fluxion/graph';
import { apply, concat, linear, softmax } from '@fluxion/layers';
import { type ActivationName, activations } from '../options/networkOptions.js';
import { inputVectors, type VectorOptions } from './inputVectors.js';
import type { Network } from './tower.js';

/** What a plain network is made of: what makes vectors of its inputs, and what stands on these. */
export interface PlainGraphOptions extends VectorOptions {
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly outputs: readonly PlainOutput[];
}

/** An output of a plain network. */
export interface PlainOutput {
  /** Name of its box, where there are several. */
  readonly name?: string;
  readonly units: number;
  /** Kind of the loss that it is trained with. */
  readonly loss: string;
}

/**
 * A plain network: linear and activation for each hidden layer, and a linear box for each output; a softmax above it for
 * the one loss that wants probabilities. Below them the inputs become vectors, and several of these are put side by side.
 *
 * @throws {UsageError} when there is a network, and nothing for it to read.
 */
export function plainGraph(options: PlainGraphOptions): GraphDescription {
  const { inputs, hidden, activation, outputs, network } = options;
  const boxes: Record<string, PlacedBox> = {};
  const counts = new Map<string, number>();
  const place = (box: BoxDescription, children: readonly string[], given?: string): string => {
    const count = (counts.get(box.kind) ?? 0) + (given === undefined ? 1 : 0);
    counts.set(box.kind, count);
    const name = given ?? `${box.kind}${count}`;
    boxes[name] = apply(box, ...children);
    return name;
  };

  const vectors = inputVectors(options, place);
  let last = vectors.length === 1 ? (vectors[0] as string) : place(concat(), vectors);
  const { box, initializer } = activations[activation];
  for (const units of hidden) last = place(box(), [place(linear(units, { initializer }), [last])]);
  // Without a hidden layer there is one minimum; where examples are few, what a random start adds to it stays.
  const start = hidden.length === 0 ? ({ initializer: 'zeros' } as const) : {};
  const ends = outputs.map(({ name, units, loss }) =>
    loss === 'negativeLogLikelihood'
      ? place(softmax(), [place(linear(units, start), [last])], name)
      : place(linear(units, start), [last], name),
  );
  return { inputs: hasConvolutions(network) ? withoutMasks(inputs) : inputs, boxes, outputs: ends };
}

/** Convolutions read on beyond the end of a sequence, where an embedding has zeros: they know nothing of masks. */
function hasConvolutions(network: Network | undefined): boolean {
  return typeof network === 'object'
    ? network.some(({ kind }) => kind.startsWith('conv'))
    : network === 'conv';
}

function withoutMasks(inputs: GraphDescription['inputs']): GraphDescription['inputs'] {
  const unmasked = Object.entries(inputs).map(([name, input]): [string, InputDescription] => {
    const { masked: _, ...options } = inputOptions(input);
    return [name, options.indices === undefined ? options.shape : options];
  });
  return Object.fromEntries(unmasked);
}
