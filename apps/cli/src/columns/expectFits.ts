import type { FlowGraph } from '@fluxion/graph';
import { DataError, expectShape, type Shape } from '@fluxion/tensor';
import { mainOutput } from '../model/lossFor.js';
import type { FoundColumns } from './findColumns.js';

/**
 * Refuses columns that a model which is there already cannot take or predict.
 *
 * @throws {ShapeError} when an input or the target has another shape; {DataError} when there are not as many names as classes.
 */
export function expectFits(model: FlowGraph, { inputs, target, outputs }: FoundColumns, file: string): void {
  expectInputsFit(model, inputs, file);
  const { name, shape } = mainOutput(model);
  const [units] = shape;
  if (target.kind === 'labels') {
    // Labels of numbers have been compared with the units one by one.
    if (target.names === undefined || outputs === units) return;
    throw new DataError(
      `expected the names of ${units} classes, for the model's output '${name}' has so many units, got ${outputs}; give the graph as many, or save the model with its names`,
      { file, column: target.columns.join(', ') },
    );
  }
  expectShape(
    `${file}, target ${target.columns.join(', ')}`,
    shape,
    [outputs],
    `the model's output '${name}' has that; name as many columns by --target`,
  );
}

/**
 * Refuses columns that a model cannot take.
 *
 * @throws {ShapeError} when an input has another shape.
 */
export function expectInputsFit(
  model: FlowGraph,
  inputs: Readonly<Record<string, { readonly columns: readonly string[]; readonly shape: Shape }>>,
  file: string,
): void {
  for (const [name, { columns, shape }] of Object.entries(inputs)) {
    expectShape(
      `${file}, ${columns.length === 1 ? 'column' : 'columns'} ${columns.join(', ')}`,
      model.inputs[name] ?? [],
      shape,
      `the model's input '${name}' takes that; name others by --input`,
    );
  }
}
