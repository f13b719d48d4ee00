import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, type Run, reshape, sizeOf, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';

/** Description of a matmul box. */
export interface Matmul extends BoxDescription {
  readonly kind: 'matmul';
}

/**
 * Matrix products of its two children: output = left · right, for each example and each place of the axes before the last two, as
 * of the shares and values of attention.
 *
 * Shapes   left [batch, ...axes, rows, n], right [batch, ...axes, n, columns], output [batch, ...axes, rows, columns]
 * bprop    dLeft = dOutput · rightᵀ;  dRight = leftᵀ · dOutput
 *
 * @throws {ShapeError} when the graph is built and the children are not matrices that fit.
 * @example
 * graph({
 *   inputs: { keys: [8, 16], values: [8, 4] },
 *   boxes: {
 *     turned: apply(permute([1, 0]), 'keys'),
 *     memory: apply(matmul(), 'turned', 'values'),
 *   },
 *   outputs: ['memory'],
 * });
 */
export function matmul(options: NameOption = {}): Matmul {
  return { kind: 'matmul', ...options };
}

/** How a matmul box computes. */
export const matmulBox: BoxDefinition<Matmul> = {
  children: 2,
  options: [],
  outputShape(_, [left = [], right = []], where) {
    if (left.length < 2) expectShape(`${where} child 1`, ['rows', 'n'], left, 'give matrices');
    const fitting = [...left.slice(0, -2), left.at(-1) as number, 'columns'];
    expectShape(`${where} child 2`, fitting, right, 'turn one by permute(), or give others');
    return [...left.slice(0, -1), right.at(-1) as number];
  },
  fprop: ({ kernels, inputs, output }) =>
    eachMatrix([...inputs, output], ([left, right, product]) =>
      kernels.matmul(left as Tensor, right as Tensor, { tensor: product as Tensor, beta: 0 }),
    ),
  bprop: ({ kernels, inputs: [left, right], dOutput, dInputs: [dLeft, dRight] }) => [
    ...(dLeft === undefined
      ? []
      : eachMatrix([dOutput, right as Tensor, dLeft.tensor], ([d, factor, tensor]) =>
          kernels.matmul(d as Tensor, turned(factor as Tensor), {
            tensor: tensor as Tensor,
            beta: dLeft.beta,
          }),
        )),
    ...(dRight === undefined
      ? []
      : eachMatrix([left as Tensor, dOutput, dRight.tensor], ([factor, d, tensor]) =>
          kernels.matmul(turned(factor as Tensor), d as Tensor, {
            tensor: tensor as Tensor,
            beta: dRight.beta,
          }),
        )),
  ],
};

/** Binds a kernel to the matrices of each example and place. */
function eachMatrix(views: readonly Tensor[], bind: (matrices: readonly Tensor[]) => Run): readonly Run[] {
  const lists = views.map((view) => {
    const matrix = view.shape.slice(-2);
    return reshape(view, [sizeOf(view.shape.slice(0, -2)), ...matrix]);
  });
  const count = lists[0]?.shape[0] as number;
  return Array.from({ length: count }, (_, i) => bind(lists.map((list) => list.pick(i, null, null))));
}

function turned(matrix: Tensor): Tensor {
  return matrix.transpose(1, 0);
}
