import {
  type BoxDescription,
  type FlowGraph,
  type InputDescription,
  inputOptions,
  type PlacedBox,
} from '@fluxion/graph';
import { type ModelEncoder, OptionError } from '@fluxion/tensor';
import { apply, type GraphOptions, graph } from './graph.js';

/** How a chain becomes a model. */
export interface SequentialOptions extends GraphOptions {
  /** Shape of one example: [784], or [28, 28] under flatten(); or { shape: [64], indices: 10000 }. Without it, the encoder's. */
  readonly inputShape?: InputDescription;
}

/**
 * A chain of boxes, each on the one before; the first on `input`, or on the one input that the encoder gives. Boxes without a name are counted by kind: linear1,
 * tanh1, linear2.
 *
 * @throws {OptionError} when there is no box, two have one name, or an option is none or has no such value; {ShapeError}
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
  const [name, input] =
    inputShape === undefined && encoder !== undefined ? onlyInput(encoder) : ['input', inputShape];
  if (input === undefined || !Array.isArray(inputOptions(input).shape)) {
    throw new OptionError(
      `sequential inputShape: expected the shape of one example, got ${inputShape}; give it, as [784]`,
    );
  }
  const placed: Record<string, PlacedBox> = {};
  const counts = new Map<string, number>();
  let last = name;
  for (const box of chain) {
    const count = (counts.get(box.kind) ?? 0) + 1;
    counts.set(box.kind, count);
    const boxName = box.name ?? `${box.kind}${count}`;
    if (Object.hasOwn(placed, boxName)) {
      throw new OptionError(
        `sequential: expected a name of its own for each box, got '${boxName}' twice; rename one`,
      );
    }
    placed[boxName] = apply(box, last);
    last = boxName;
  }
  if (chain.length === 0) {
    throw new OptionError('sequential: expected at least one box, got none; give one, as linear(10)');
  }
  return graph({ inputs: { [name]: structuredClone(input) }, boxes: placed, outputs: [last] }, graphOptions);
}

function onlyInput({ inputs }: ModelEncoder): readonly [name: string, input: InputDescription] {
  const entries = Object.entries(inputs);
  const [only] = entries;
  if (only === undefined || entries.length > 1) {
    throw new OptionError(
      `sequential encoder: expected one of one input, got ${entries.map(([name]) => name).join(', ') || 'none'}; join them by graph() with concat()`,
    );
  }
  return only;
}
