import type { ColumnOptions, DataDescription } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { mainOutput } from '../model/lossFor.js';
import type { ModelAbout, TargetColumns } from '../model/modelAbout.js';

/** The columns that a model reads of a file to predict from. */
export function inputColumns({ inputs }: Pick<ModelAbout, 'inputs'>): {
  readonly input: Readonly<Record<string, readonly string[]>>;
  readonly scale: Readonly<Record<string, number>>;
} {
  const entries = Object.entries(inputs);
  return {
    input: Object.fromEntries(entries.map(([name, { columns }]) => [name, columns])),
    scale: Object.fromEntries(entries.map(([name, { scale }]) => [name, scale])),
  };
}

/** The columns that a model reads of a file to learn from, or to be measured on. */
export function columnOptions(about: Pick<ModelAbout, 'inputs' | 'target'>, model: FlowGraph): ColumnOptions {
  const { columns, kind, scale, names } = about.target;
  const inputs = inputColumns(about);
  const [units] = mainOutput(model).shape;
  return {
    input: inputs.input,
    target: { target: columns },
    targetKind: kind,
    scale: { ...inputs.scale, target: scale },
    labelNames: names,
    classes: kind === 'labels' ? units : undefined,
  };
}

/** What is kept of a target that was found in the data. */
export function targetColumns(described: DataDescription['targets'][string]): TargetColumns {
  const { kind, columns } = described;
  if (kind === 'values') return { kind, columns, scale: described.scale };
  return { kind, columns, scale: 1, ...(described.names === undefined ? {} : { names: described.names }) };
}
