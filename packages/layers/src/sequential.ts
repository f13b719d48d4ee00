import type { BoxDescription, FlowGraph, PlacedBox } from '@fluxion/graph';
import { OptionError, type Shape } from '@fluxion/tensor';
import { apply, type GraphOptions, graph } from './graph.js';

/** How a chain becomes a model. */
export interface SequentialOptions extends GraphOptions {
  /** Shape of one example: [784], or [28, 28] under flatten(). */
  readonly inputShape: Shape;
}

/**
 * A chain of boxes, each on the one before; the first on `input`. Boxes without a name are counted by kind: linear1,
 * tanh1, linear2.
 *
 * @throws {OptionError} when there is no box, two have one name, or an option is none or has no such value; {ShapeError}
 *   when a box does not fit the one before.
 * @example
 * const model = sequential([linear(500), tanh(), linear(10)], { inputShape: [784], seed: 1 });
 */
export function sequential(chain: readonly BoxDescription[], options: SequentialOptions): FlowGraph {
  const { inputShape, ...graphOptions } = options ?? {};
  if (!Array.isArray(chain)) {
    throw new OptionError(
      `sequential: expected a list of boxes, got ${typeof chain}; give one, as [linear(10)]`,
    );
  }
  if (!Array.isArray(inputShape)) {
    throw new OptionError(
      `sequential inputShape: expected the shape of one example, got ${inputShape}; give it, as [784]`,
    );
  }
  const placed: Record<string, PlacedBox> = {};
  const counts = new Map<string, number>();
  let last = 'input';
  for (const box of chain) {
    const count = (counts.get(box.kind) ?? 0) + 1;
    counts.set(box.kind, count);
    const name = box.name ?? `${box.kind}${count}`;
    if (Object.hasOwn(placed, name)) {
      throw new OptionError(
        `sequential: expected a name of its own for each box, got '${name}' twice; rename one`,
      );
    }
    placed[name] = apply(box, last);
    last = name;
  }
  if (chain.length === 0) {
    throw new OptionError('sequential: expected at least one box, got none; give one, as linear(10)');
  }
  return graph({ inputs: { input: [...inputShape] }, boxes: placed, outputs: [last] }, graphOptions);
}
