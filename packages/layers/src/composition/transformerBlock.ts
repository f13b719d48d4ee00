import type { BoxDescription, PlacedBox } from '@fluxion/graph';
import { expectNames, OptionError } from '@fluxion/tensor';
import type { ActivationKind } from '../activations/activation.js';
import { apply } from '../apply.js';
import { add } from '../arithmetic/add.js';
import { type MultiHeadAttentionOptions, multiHeadAttention } from '../attention/multiHeadAttention.js';
import { expectWhole } from '../expectWhole.js';
import { linear } from '../linear/linear.js';
import { dropout } from '../noise/dropout.js';
import { layerNorm } from '../normalization/layerNorm.js';

/** Options of a transformer block. */
export interface TransformerBlockOptions extends Pick<MultiHeadAttentionOptions, 'causal' | 'positions'> {
  readonly name?: string;
  readonly frozen?: boolean;
  /** Number of attention heads: a divisor of the features. */
  readonly heads: number;
  /** Numbers in the vector of each step, of the input as of the output. */
  readonly features: number;
  /** Units of the hidden layer, which is applied to each step by itself. Default 4 · features. */
  readonly units?: number;
  /** Activation of the hidden layer. Default gelu. */
  readonly activation?: ActivationKind;
  /** Rate of the dropout on what each sublayer adds. Default 0. */
  readonly dropout?: number;
  /** Where layerNorm stands: `before` each sublayer, which trains without warm-up, or `after` the sum, as in the original. Default before. */
  readonly norm?: 'before' | 'after';
}

/** Description of a transformer block. */
export interface TransformerBlock extends BoxDescription, TransformerBlockOptions {
  readonly kind: 'transformerBlock';
}

/**
 * A transformer block: self-attention, then a hidden layer, each with a residual connection. With a second child, a memory, it has
 * cross-attention to that memory in between, as a decoder does.
 *
 * ```text
 *  x ─┬─ attentionNorm ─ attention ─┐        ┌─ unitsNorm ─ widened ─ active ─ narrowed ─┐
 *     └──────────────────────────── attended ┴──────────────────────────────────────────── output
 * ```
 *
 * It is shorthand for these boxes, which replace it when a graph is built, named `NAME.attention` and so on, the last one NAME. So
 * they are what is saved, frozen one by one, and exported.
 *
 * Shapes   x [batch, length, features], memory [batch, steps, any], output [batch, length, features]
 *
 * @throws {OptionError} by the graph, when an option is invalid, or there are more than two children; {ShapeError} when x is not
 *   a sequence of vectors of that many features.
 * @see Vaswani et al., "Attention is all you need", NIPS 2017, section 3.1; norm before: Xiong et al., "On layer normalization in
 *   the transformer architecture", ICML 2020, figure 1.
 * @example
 * sequential([embedding(32), transformerBlock({ heads: 4, features: 32, positions: 'rotary' }), meanAxis(0), linear(2)], {
 *   inputShape: { shape: [64], indices: 10_000, masked: true },
 * });
 */
export function transformerBlock(options: TransformerBlockOptions): TransformerBlock {
  return { kind: 'transformerBlock', ...options };
}

/** The boxes that a transformer block stands for. */
export function partsOfTransformerBlock(
  box: TransformerBlock & PlacedBox,
  name: string,
): Readonly<Record<string, PlacedBox>> {
  expectOptions(box, `transformerBlock '${name}'`);
  const {
    heads,
    features,
    units = 4 * features,
    activation = 'gelu',
    dropout: rate = 0,
    norm = 'before',
  } = box;
  const { causal = false, positions, frozen, children } = box;
  const [x, memory] = children as [string, string?];
  const boxes: Record<string, PlacedBox> = {};
  const put = (part: string, description: BoxDescription, ...on: readonly string[]): string => {
    const full = part === 'output' ? name : `${name}.${part}`;
    boxes[full] = apply(frozen === undefined ? description : { ...description, frozen }, ...on);
    return full;
  };
  const dropped = (part: string, on: string): string =>
    rate === 0 ? on : put(`${part}Dropout`, dropout(rate), on);

  /** x + f(norm(x)), or norm(x + f(x)). */
  const sublayer = (part: string, output: string, on: string, f: (on: string) => string): string => {
    if (norm === 'before') {
      const added = dropped(part, f(put(`${part}Norm`, layerNorm(), on)));
      return put(output, add(), on, added);
    }
    return put(output, layerNorm(), put(`${part}Sum`, add(), on, dropped(part, f(on))));
  };

  const attended = sublayer('attention', 'attended', x, (on) =>
    put('attention', multiHeadAttention(heads, { causal, ...(positions && { positions }) }), on),
  );
  const informed =
    memory === undefined
      ? attended
      : sublayer('memory', 'informed', attended, (on) =>
          put('memory', multiHeadAttention(heads), on, memory),
        );
  sublayer('units', 'output', informed, (on) => {
    const active = put('active', { kind: activation }, put('widened', linear(units), on));
    return put('narrowed', linear(features), dropped('active', active));
  });
  return boxes;
}

function expectOptions(box: TransformerBlock & PlacedBox, where: string): void {
  const { heads, features, units = 1, norm = 'before', children } = box;
  expectNames(where, box, [
    'kind',
    'name',
    'frozen',
    'children',
    'heads',
    'features',
    'units',
    'activation',
    'dropout',
    'causal',
    'positions',
    'norm',
  ]);
  for (const [name, value] of Object.entries({ heads, features, units }))
    expectWhole(value, `${where} ${name}`);
  if (norm !== 'before' && norm !== 'after') {
    throw new OptionError(`${where} norm: expected before or after, got '${norm}'; name one of these`);
  }
  if (children.length < 1 || children.length > 2) {
    throw new OptionError(
      `${where} children: expected a sequence and perhaps a memory, got ${children.length}; leave the others out`,
    );
  }
}
