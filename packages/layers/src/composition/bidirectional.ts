import type { BoxDescription, PlacedBox } from '@fluxion/graph';
import { expectNames, OptionError } from '@fluxion/tensor';
import { apply } from '../apply.js';
import type { NameOption } from '../nameOption.js';
import type { Recurrent } from '../recurrent/recurrence.js';
import { concat } from '../shape/concat.js';

/** Description of a recurrent box that reads both ways. */
export interface Bidirectional extends BoxDescription {
  readonly kind: 'bidirectional';
  /** What reads each way. */
  readonly box: Recurrent;
}

/**
 * Two recurrent boxes on one sequence, one of which reads it from the last step to the first, side by side: output = [forward,
 * backward]. It stands for these boxes: where a graph is built they take its place, named `NAME.forward`, `NAME.backward` and NAME.
 *
 * Shapes   input [batch, length, features], output [batch, 2·units], or [batch, length, 2·units] where the box has `sequence`
 *
 * @param box what reads each way: simpleRnn(), lstm() or gru()
 * @throws {OptionError} by the graph, when it is no such box, or says itself which way it reads.
 * @see Schuster and Paliwal, "Bidirectional recurrent neural networks", IEEE Transactions on Signal Processing 45, 1997.
 * @example
 * sequential([embedding(16), bidirectional(lstm(32)), linear(2)], {
 *   inputShape: { shape: [64], indices: 10_000, masked: true },
 * });
 */
export function bidirectional(box: Recurrent, options: NameOption = {}): Bidirectional {
  return { kind: 'bidirectional', box, ...options };
}

/** The boxes that one stands for. */
export function partsOfBidirectional(
  description: Bidirectional & PlacedBox,
  name: string,
): Readonly<Record<string, PlacedBox>> {
  const where = `bidirectional '${name}'`;
  expectNames(where, description, ['kind', 'name', 'frozen', 'children', 'box']);
  const { box, frozen, children } = description;
  if (typeof box?.kind !== 'string' || box.reverse !== undefined) {
    const got = box?.reverse === undefined ? typeof box : `${box.kind} with reverse`;
    throw new OptionError(
      `${where} box: expected a recurrent box that leaves open which way it reads, got ${got}; give one, as lstm(32)`,
    );
  }
  const { name: _, ...each } = frozen === undefined ? box : { ...box, frozen };
  return {
    [`${name}.forward`]: apply(each, ...children),
    [`${name}.backward`]: apply({ ...each, reverse: true }, ...children),
    [name]: apply(concat(), `${name}.forward`, `${name}.backward`),
  };
}
