import type { Arena, Shape, Tensor } from '../src/index.js';

/** Ways in which a tensor of some shape can lie in memory. */
const ways = {
  'row by row': (arena, shape) => arena.tensor(shape),
  'inside a larger tensor': (arena, shape) =>
    arena
      .tensor(shape.map((length) => length + 2))
      .lo(...shape.map(() => 1))
      .hi(...shape),
  'at every other place': (arena, shape) =>
    arena.tensor(shape.map((length) => 2 * length)).step(...shape.map(() => 2)),
  'column by column': (arena, shape) =>
    arena.tensor(shape.toReversed()).transpose(...shape.map((_, axis) => shape.length - 1 - axis)),
  backwards: (arena, shape) => arena.tensor(shape).step(...shape.map(() => -1)),
} satisfies Record<string, (arena: Arena, shape: Shape) => Tensor>;

/** Name of such a way. */
export type Layout = keyof typeof ways;

/** All of them. */
export const layouts = Object.keys(ways) as readonly Layout[];

/** A view of that shape that lies so; every number of the memory it is cut from is NaN, those outside it too. */
export function layOut(arena: Arena, shape: Shape, layout: Layout): Tensor {
  const view = ways[layout](arena, shape);
  view.data.fill(Number.NaN);
  return view;
}
