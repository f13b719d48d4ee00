import type { AnyBox } from '../graphImport.js';
import type { OnnxNode } from '../onnxNode.js';
import type { Operator, Operators } from '../operator.js';
import { axisIn, Refusal, UNIT } from '../value.js';

export const reduction: Operators = {
  ReduceSum: reduce('sumAxis'),
  ReduceMean: reduce('meanAxis'),
  ReduceMax: reduce('maxAxis'),
  ReduceMin: reduce('maxAxis', {
    before: [{ kind: 'scale', factor: -1 }],
    after: [{ kind: 'scale', factor: -1 }],
  }),
  ReduceL1: reduce('sumAxis', { before: [{ kind: 'abs' }] }),
  ReduceL2: reduce('sumAxis', { before: ['square'], after: [{ kind: 'sqrt' }] }),
  ReduceSumSquare: reduce('sumAxis', { before: ['square'] }),
  ReduceLogSum: reduce('sumAxis', { after: [{ kind: 'log' }] }),
  ReduceLogSumExp: reduce('sumAxis', { before: [{ kind: 'exp' }], after: [{ kind: 'log' }] }),
};

/** What is done before an axis is taken together, and after. */
interface Around {
  readonly before?: readonly (AnyBox | 'square')[];
  readonly after?: readonly AnyBox[];
}

function reduce(kind: string, { before = [], after = [] }: Around = {}): Operator {
  return (node: OnnxNode) => {
    const value = node.value();
    const rank = value.layout.length;
    const given = node.list('axes', 1) ?? [];
    if (given.length === 0 && node.int('noop_with_empty_axes', 0) !== 0) {
      node.set(value);
      return;
    }
    if (given.length === 0) throw new Refusal('expected axes of one example, got all, the minibatch too');
    const axes = given.map((axis) => axisIn(axis, rank));
    const places = axes.map((axis) => value.layout[axis] as number);
    if (places.includes(0)) throw new Refusal('expected axes of one example, got that of the minibatch');
    let reduced = value;
    for (const box of before) {
      const wanted = `${node.name}/before`;
      reduced =
        box === 'square'
          ? { ...value, ...node.graph.place(wanted, { kind: 'multiply' }, [value.box, value.box]) }
          : node.graph.map(wanted, box, value);
    }
    for (const place of places.filter((place) => place !== UNIT).toSorted((a, b) => b - a)) {
      const description = { kind, axis: place - 1 };
      const placed = node.graph.map(node.name, description, reduced);
      const layout = placed.layout.map((at) => (at === place ? UNIT : at > place ? at - 1 : at));
      reduced = { ...placed, layout };
    }
    for (const box of after) reduced = node.graph.map(node.name, box, reduced);
    const isKept = node.int('keepdims', 1) !== 0;
    const layout = reduced.layout.filter((_, axis) => isKept || !axes.includes(axis));
    node.set({ ...reduced, layout });
  };
}
