import type { Encoder, Target } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import type { OnnxGraph, OnnxValue } from '../write/onnxGraph.js';
import { DOUBLE } from './boxWriter.js';
import { ColumnWriter } from './columnWriter.js';

/** A target of the encoder, the output that predicts it, and what the graph's outputs will be called. */
export interface TargetOutput {
  readonly target: Target;
  /** Name of the box. */
  readonly output: string;
  readonly units: number;
  /** What makes probabilities of it: nothing where it is made of them. */
  readonly link: 'Softmax' | 'Sigmoid' | 'Identity';
  readonly name: string;
  readonly probabilities: string;
}

/** The targets of a model that its outputs can be told in; none where there is one that they cannot. */
export function targetsOf(graph: OnnxGraph, model: FlowGraph, { targets }: Encoder): readonly TargetOutput[] {
  const all = Object.values(targets).map((target) => {
    const only = Object.keys(targets).length === 1 ? model.outputs[0] : undefined;
    return { target, output: model.outputs.includes(target.column) ? target.column : only };
  });
  const isTold = all.every(({ target, output }) => {
    if (output === undefined) return false;
    const { shape } = model.box(output);
    const classes = target.kind === 'classes' ? target.classes.length : 1;
    return shape.length === 1 && (shape[0] === classes || (shape[0] === 1 && classes === 2));
  });
  if (!isTold || all.length !== model.outputs.length) return [];
  return all.map(({ target, output = '' }): TargetOutput => {
    const { shape, description } = model.box(output);
    const [units = 1] = shape;
    const isMade = description.kind === 'softmax' || description.kind === 'sigmoid';
    const name = graph.name(target.column);
    const probabilities = graph.name(`${target.column}.probabilities`);
    return {
      target,
      output,
      units,
      link: isMade ? 'Identity' : units === 1 ? 'Sigmoid' : 'Softmax',
      name,
      probabilities,
    };
  });
}

/**
 * Writes what an output says of a target in the terms of the table: the name of the likeliest class and the probabilities of all,
 * or the number in its own units.
 *
 * @param value name of the output's value
 */
export function writeTarget(
  graph: OnnxGraph,
  { target, units, link, name, probabilities }: TargetOutput,
  value: string,
): readonly OnnxValue[] {
  const write = new ColumnWriter(graph, target.column);
  if (target.kind === 'number') {
    const output = write.add('Cast', [value], { to: DOUBLE });
    const own = target.isLog === true ? write.add('Exp', [output]) : output;
    const scaled = write.add('Mul', [own, write.doubles(target.deviation)]);
    write.add('Add', [scaled, write.doubles(target.mean)], {}, name);
    return [{ name, type: 'float64', shape: [1] }];
  }
  const { classes } = target;
  if (units === 1) {
    const second = write.add(link, [value]);
    const first = write.add('Sub', [write.floats([1]), second]);
    write.add('Concat', [first, second], { axis: -1 }, probabilities);
  } else write.add(link, [value], link === 'Softmax' ? { axis: -1 } : {}, probabilities);
  const label = write.add('ArgMax', [probabilities], { axis: -1, keepdims: 0 });
  write.add('LabelEncoder', [label], { keys_int64s: [...classes.keys()], values_strings: classes }, name);
  const order = classes.length > 6 ? `${classes.slice(0, 5).join(', ')}, …` : classes.join(', ');
  return [
    { name, type: 'string', shape: [], meaning: 'the likeliest class' },
    { name: probabilities, type: 'float32', shape: [classes.length], meaning: `of ${order}` },
  ];
}
