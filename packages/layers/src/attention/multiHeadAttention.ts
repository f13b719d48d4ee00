import type { BackwardCells, BoxCells, BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Run, reshape, type Shape, type Sink, type Tensor } from '@fluxion/tensor';
import { expectSequence } from '../expectSequence.js';
import { expectWhole } from '../expectWhole.js';
import { expectInitializer, type InitializerOption, initializer } from '../initializers.js';
import { positionAngles } from '../positions/positionAngles.js';

/** Options of a multiHeadAttention box. */
export interface MultiHeadAttentionOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** Whether a step attends only to itself and those before it. Default false. */
  readonly causal?: boolean;
  /**
   * `rotary`: queries and keys are rotated by angles proportional to their positions, so that a score depends on how far apart they
   * are. Default none: the sequence carries its positions itself, as by sinusoidalPositions(), or has no order.
   */
  readonly positions?: 'rotary';
  /** How the weights begin. Default glorotUniform. Biases begin at 0. */
  readonly initializer?: InitializerOption;
}

/** Description of a multiHeadAttention box. */
export interface MultiHeadAttention extends BoxDescription, MultiHeadAttentionOptions {
  readonly kind: 'multiHeadAttention';
  /** Number of heads. */
  readonly heads: number;
}

/**
 * Scaled dot-product attention with several heads: each step of the query attends to the steps of the memory. With Q = query ·
 * queryWeight + queryBias, K = memory · keyWeight and V = memory · valueWeight + valueBias, split into heads of d = features / heads
 * numbers,
 *
 *   head = softmax(Q Kᵀ / √d) V;  output = [head₁, head₂, …] · outputWeight + outputBias
 *
 * With one child it is self-attention, where the child is query and memory. With two it is cross-attention: the first child is the
 * query, and the second is the memory that keys and values are computed from. Steps that the memory's mask leaves out are ignored; the
 * output carries the query's mask. Keys have no bias: it would add the same to all scores of a query, and softmax does not change
 * then. With rotary positions the numbers 2i and 2i + 1 of each head's query and key at step t are rotated by the angle
 * t / 10000^(2i/d).
 *
 * Shapes   query [batch, length, features], memory [batch, steps, memory features], queryWeight and outputWeight [features,
 *          features], keyWeight and valueWeight [memory features, features], output [batch, length, features]
 * bprop    through softmax's true Jacobian; the weights' gradients are kept factored
 *
 * @param heads a whole number from 1 that divides the features
 * @throws {OptionError} when heads is invalid, there are more than two children, `causal` or `positions` is given with two, or
 *   rotary positions with heads of an odd size; {ShapeError} when the graph is built and an example is not a sequence of vectors.
 * @see Vaswani et al., "Attention is all you need", NIPS 2017, section 3.2; rotary: Su et al., "RoFormer", Neurocomputing 568,
 *   2024, equation 34.
 * @example
 * sequential([embedding(32), multiHeadAttention(4), meanAxis(0), linear(2)], {
 *   inputShape: { shape: [64], indices: 10_000, masked: true },
 * });
 */
export function multiHeadAttention(
  heads: number,
  options: MultiHeadAttentionOptions = {},
): MultiHeadAttention {
  expectWhole(heads, 'multiHeadAttention heads');
  return { kind: 'multiHeadAttention', heads, ...options };
}

/** How a multiHeadAttention box computes. */
export const multiHeadAttentionBox: BoxDefinition<MultiHeadAttention> = {
  children: 'oneOrMore',
  options: ['heads', 'causal', 'positions', 'initializer'],
  mask: () => 'keepsFirst',
  outputShape({ heads, causal = false, positions, initializer: option }, children, where) {
    expectWhole(heads, `${where} heads`);
    if (option !== undefined) expectInitializer(option, `${where} initializer`);
    if (children.length > 2 || (causal && children.length === 2)) {
      throw new OptionError(
        `${where} children: expected ${causal ? 'one, as it is causal' : 'a query and perhaps a memory'}, got ${children.length}; leave the others out`,
      );
    }
    if (positions !== undefined && (positions !== 'rotary' || children.length === 2)) {
      throw new OptionError(
        `${where} positions: expected none${children.length === 2 ? ', as query and memory have different steps' : " or 'rotary'"}, got '${positions}'; leave it out`,
      );
    }
    children.forEach((shape, i) => {
      expectSequence(shape, `${where} child ${i + 1}`, 'features');
    });
    const [query = []] = children;
    if ((query[1] as number) % heads !== 0) {
      throw new OptionError(
        `${where} heads: expected a divisor of ${query[1]} features, got ${heads}; give one`,
      );
    }
    if (positions === 'rotary' && ((query[1] as number) / heads) % 2 !== 0) {
      throw new OptionError(
        `${where} positions: expected heads of an even size to be turned in pairs, got ${(query[1] as number) / heads}; give other features or heads`,
      );
    }
    return query;
  },
  parameters({ initializer: option = 'glorotUniform' }, [query, memory = query]) {
    const [features, from] = [query?.[1] as number, memory?.[1] as number];
    const weight = (fanIn: number) => ({
      shape: [fanIn, features],
      initializer: initializer(option),
      regularized: true,
    });
    const bias = { shape: [features], initializer: initializer('zeros'), regularized: false };
    return {
      queryWeight: weight(features),
      queryBias: bias,
      keyWeight: weight(from),
      valueWeight: weight(from),
      valueBias: bias,
      outputWeight: weight(features),
      outputBias: bias,
    };
  },
  workspace({ heads }, [query, memory = query]) {
    const [length, features] = query as [number, number];
    const steps = memory?.[0] as number;
    const each = (...shape: Shape) => ({ shape, per: 'example' as const });
    return {
      queries: each(length, features),
      keys: each(steps, features),
      values: each(steps, features),
      scores: each(heads, length, steps),
      shares: each(heads, length, steps),
      context: each(length, features),
      dQueries: each(length, features),
      dKeys: each(steps, features),
      dValues: each(steps, features),
      dScores: each(heads, length, steps),
      dShares: each(heads, length, steps),
      dContext: each(length, features),
    };
  },
  fprop,
  bprop,
};

function fprop(cells: BoxCells<MultiHeadAttention>): readonly Run[] {
  const { kernels, description, inputs, masks, parameters, workspace, output } = cells;
  const { queries, keys, values, scores, shares, context } = workspace as Workspace;
  const p = parameters as Parameters;
  const [query, memory = query] = inputs.map(rowsOf) as [Tensor, Tensor?];
  const mask = masks[inputs.length - 1];
  const factor = scaleOf(cells);
  return [
    kernels.affine(query, p.queryWeight, p.queryBias, rowsOf(queries)),
    kernels.matmul(memory, p.keyWeight, sink(rowsOf(keys))),
    kernels.affine(memory, p.valueWeight, p.valueBias, rowsOf(values)),
    ...turn(cells, [queries, keys], 'on'),
    ...eachHead(cells, (head) =>
      kernels.matmul(head.of(queries), head.of(keys).transpose(1, 0), sink(head.table(scores)), factor),
    ),
    kernels.maskScores(scores, mask, description.causal ?? false),
    kernels.softmax(tableRows(scores), tableRows(shares)),
    ...eachHead(cells, (head) => kernels.matmul(head.table(shares), head.of(values), sink(head.of(context)))),
    kernels.affine(rowsOf(context), p.outputWeight, p.outputBias, rowsOf(output)),
  ];
}

function bprop(cells: BackwardCells<MultiHeadAttention>): readonly (Run | undefined)[] {
  const { kernels, inputs, parameters, workspace, dOutput, dInputs, gradients } = cells;
  const { queries, keys, values, shares, context } = workspace as Workspace;
  const { dQueries, dKeys, dValues, dScores, dShares, dContext } = workspace as Workspace;
  const p = parameters as Parameters;
  const [query, memory = query] = inputs.map(rowsOf) as [Tensor, Tensor?];
  const factor = scaleOf(cells);
  const uses = [
    { name: 'output', input: rowsOf(context), d: rowsOf(dOutput) },
    { name: 'query', input: query, d: rowsOf(dQueries) },
    { name: 'key', input: memory, d: rowsOf(dKeys) },
    { name: 'value', input: memory, d: rowsOf(dValues) },
  ];
  for (const { name, input, d } of uses) gradients[`${name}Weight`]?.factored({ input, dOutput: d });
  const into = (d: Tensor, weight: Tensor, to: Sink | undefined, isLater: boolean): Run | undefined =>
    to &&
    kernels.matmul(rowsOf(d), weight.transpose(1, 0), {
      tensor: rowsOf(to.tensor),
      beta: isLater ? 1 : to.beta,
    });
  const isSelf = inputs.length === 1;
  const [dQuery, dMemory = isSelf ? dQuery : undefined] = dInputs;
  return [
    kernels.matmul(rowsOf(dOutput), p.outputWeight.transpose(1, 0), sink(rowsOf(dContext))),
    ...eachHead(cells, (head) =>
      kernels.matmul(head.of(dContext), head.of(values).transpose(1, 0), sink(head.table(dShares))),
    ),
    ...eachHead(cells, (head) =>
      kernels.matmul(head.table(shares).transpose(1, 0), head.of(dContext), sink(head.of(dValues))),
    ),
    kernels.softmaxGradient(tableRows(shares), tableRows(dShares), sink(tableRows(dScores))),
    ...eachHead(cells, (head) =>
      kernels.matmul(head.table(dScores), head.of(keys), sink(head.of(dQueries)), factor),
    ),
    ...eachHead(cells, (head) =>
      kernels.matmul(head.table(dScores).transpose(1, 0), head.of(queries), sink(head.of(dKeys)), factor),
    ),
    ...turn(cells, [dQueries, dKeys], 'back'),
    ...uses.map(({ name, d }) => {
      const bias = gradients[`${name}Bias`];
      return bias && kernels.sumRows(d, bias.dense());
    }),
    into(dQueries, p.queryWeight, dQuery, false),
    into(dKeys, p.keyWeight, dMemory, isSelf),
    into(dValues, p.valueWeight, dMemory, true),
  ];
}

/** Turns queries and keys, or their gradients back, where there are rotary positions. */
function turn(
  { kernels, description, output }: BoxCells<MultiHeadAttention>,
  views: readonly Tensor[],
  direction: 'on' | 'back',
): readonly Run[] {
  if (description.positions === undefined) return [];
  const [, length, features] = output.shape as [number, number, number];
  const angles = positionAngles(length, features / description.heads);
  return views.map((view) => kernels.turnPairs(view, angles, direction));
}

/** 1/√d, with d the numbers of a head. */
function scaleOf({ description: { heads }, output }: BoxCells<MultiHeadAttention>): number {
  return 1 / Math.sqrt((output.shape[2] as number) / heads);
}

/** One head of one example: its part of the features, and its table of queries and keys. */
interface Head {
  of(view: Tensor): Tensor;
  table(view: Tensor): Tensor;
}

function eachHead(cells: BoxCells<MultiHeadAttention>, bind: (head: Head) => Run): readonly Run[] {
  const { heads } = cells.description;
  const [batch, , features] = cells.output.shape as [number, number, number];
  const size = features / heads;
  return Array.from({ length: batch * heads }, (_, i) => {
    const [example, head] = [Math.floor(i / heads), i % heads];
    return bind({
      of: (view) =>
        view
          .pick(example, null, null)
          .lo(0, head * size)
          .hi(view.shape[1], size),
      table: (view) => view.pick(example, head, null, null),
    });
  });
}

/** All steps of all examples [batch, length, n] as the rows of a matrix. */
function rowsOf(view: Tensor): Tensor {
  const [batch, length, n] = view.shape as [number, number, number];
  return reshape(view, [batch * length, n]);
}

/** All queries of all heads [batch, heads, queries, keys] as the rows of a matrix. */
function tableRows(view: Tensor): Tensor {
  const [batch, heads, queries, keys] = view.shape as [number, number, number, number];
  return reshape(view, [batch * heads * queries, keys]);
}

function sink(tensor: Tensor): Sink {
  return { tensor, beta: 0 };
}

type Parameters = Readonly<
  Record<`${'query' | 'key' | 'value' | 'output'}Weight` | `${'query' | 'value' | 'output'}Bias`, Tensor>
>;
type Workspace = Readonly<
  Record<
    | 'queries'
    | 'keys'
    | 'values'
    | 'scores'
    | 'shares'
    | 'context'
    | 'dQueries'
    | 'dKeys'
    | 'dValues'
    | 'dScores'
    | 'dShares'
    | 'dContext',
    Tensor
  >
>;
