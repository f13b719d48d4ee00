import type { FlowGraph } from '@fluxion/graph';
import { DataError, expectShape } from '@fluxion/tensor';
import type { FoundColumns } from './findColumns.js';

/**
 * Refuses columns that a model which is there already cannot take or predict.
 *
 * @throws {ShapeError} when an input or the target has another shape; {DataError} when there are too many classes.
 */
export function expectFits(model: FlowGraph, { inputs, target, outputs }: FoundColumns, file: string): void {
  for (const [name, { columns, shape }] of Object.entries(inputs)) {
    const where = `${file}, ${columns.length === 1 ? 'column' : 'columns'} ${columns.join(', ')}`;
    expectShape(
      where,
      model.inputs[name] ?? [],
      shape,
      `the model's input '${name}' takes that; name others by --input`,
    );
  }
  const output = model.outputs[0] as string;
  const { shape } = model.box(output);
  const [units] = shape;
  if (target.kind === 'labels' && units !== undefined && outputs > units) {
    throw new DataError(
      `expected at most ${units} classes, got ${outputs}; the model's output '${output}' has no more units`,
      { file, column: target.columns.join(', ') },
    );
  }
  if (target.kind === 'values') {
    expectShape(
      `${file}, target ${target.columns.join(', ')}`,
      shape,
      [outputs],
      `the model's output '${output}' has that; name as many columns by --target`,
    );
  }
}
