import {
  type BoxDescription,
  type GraphDescription,
  type InputDescription,
  inputOptions,
  type PlacedBox,
} from '@fluxion/graph';
import { apply, concat, embedding, embeddingBag, flatten, linear, softmax } from '@fluxion/layers';
import { type ActivationName, activations } from '../options/networkOptions.js';

/** What a plain network is made of. */
export interface PlainGraphOptions {
  /** Shape of one example of each input, or how many indices it has. */
  readonly inputs: Readonly<Record<string, InputDescription>>;
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

/** Numbers in the vector that is learned of an index. */
const EMBEDDING = 16;

/**
 * A plain network: linear and activation for each hidden layer, and a linear box for each output; a softmax above it for
 * the one loss that wants probabilities. Indices become learned vectors, and several inputs are put side by side, first.
 */
export function plainGraph({ inputs, hidden, activation, outputs }: PlainGraphOptions): GraphDescription {
  const boxes: Record<string, PlacedBox> = {};
  const counts = new Map<string, number>();
  const place = (box: BoxDescription, children: readonly string[], given?: string): string => {
    const count = (counts.get(box.kind) ?? 0) + (given === undefined ? 1 : 0);
    counts.set(box.kind, count);
    const name = given ?? `${box.kind}${count}`;
    boxes[name] = apply(box, ...children);
    return name;
  };

  const vectors = Object.entries(inputs).flatMap(([name, input]) => {
    const { shape, indices } = inputOptions(input);
    const weights = `${name}.weights`;
    if (indices !== undefined && weights in inputs) return [place(embeddingBag(EMBEDDING), [name, weights])];
    if (indices !== undefined) return [place(flatten(), [place(embedding(EMBEDDING), [name])])];
    // Weights of indices have gone into their sum.
    if (name.endsWith('.weights') && name.slice(0, -'.weights'.length) in inputs) return [];
    return [shape.length === 1 ? name : place(flatten(), [name])];
  });
  let last = vectors.length === 1 ? (vectors[0] as string) : place(concat(), vectors);
  const { box, initializer } = activations[activation];
  for (const units of hidden) last = place(box(), [place(linear(units, { initializer }), [last])]);
  const ends = outputs.map(({ name, units, loss }) =>
    loss === 'negativeLogLikelihood'
      ? place(softmax(), [place(linear(units), [last])], name)
      : place(linear(units), [last], name),
  );
  return { inputs, boxes, outputs: ends };
}
