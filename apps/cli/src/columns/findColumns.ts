import { type ColumnOptions, describe, type Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { DataError, type Shape } from '@fluxion/tensor';
import { lossOf } from '../model/lossOf.js';
import type { InputColumns, ModelAbout, TargetColumns } from '../model/modelAbout.js';
import { inputColumns, targetColumns } from './columnOptions.js';
import { expectTargetFits } from './expectTargetFits.js';
import { schemaOf } from './schemaOf.js';
import { selectInputs } from './selectInputs.js';

/** What the command line says about the columns, and the model that they are for, if it is there. */
export interface FindColumnsOptions {
  readonly input?: readonly string[] | undefined;
  readonly target: readonly string[];
  /** Kind of the loss, where it is asked for. */
  readonly loss?: string | undefined;
  readonly model?: FlowGraph | undefined;
  /** What was saved with the model. */
  readonly about?: ModelAbout | undefined;
}

/** Which columns a model is trained on, and what it has to be to fit them. */
export interface FoundColumns {
  readonly loss: string;
  readonly inputs: Readonly<Record<string, InputColumns & { readonly shape: Shape }>>;
  readonly target: TargetColumns;
  /** Classes, or numbers to come near to, in one example. */
  readonly outputs: number;
  /** Examples in an epoch, where it is known. */
  readonly rows: number | undefined;
}

/**
 * Looks at a file for what the command line asks for: the columns, their shapes, the classes and the loss. What it
 * leaves open is as it was when the model was saved.
 *
 * @throws {DataError} when a column is missing or does not fit the loss; {UsageError} when `--input` does not fit the graph.
 */
export async function findColumns(
  source: Source,
  options: FindColumnsOptions,
  signal: AbortSignal,
): Promise<FoundColumns> {
  const schema = await schemaOf(source, signal);
  const { about, target } = options;
  const columns: ColumnOptions = {
    ...(options.input === undefined && about !== undefined
      ? inputColumns(about)
      : {
          input: selectInputs({
            schema,
            file: source.name,
            columns: options.input,
            targets: target,
            names: options.model && Object.keys(options.model.inputs),
          }),
        }),
    target,
  };
  const asked = options.loss ?? about?.loss;
  const loss = asked === undefined ? undefined : lossOf(asked);
  if (loss !== undefined) await expectTargetFits(loss, { source, schema, columns }, signal);

  const found = await describe(
    source,
    { ...columns, targetKind: loss?.targets, labelNames: about?.target.names },
    signal,
  );
  if (found.rows === 0) {
    throw new DataError('expected examples, got no rows; give data with rows', { file: source.name });
  }
  const described = found.targets.target as (typeof found.targets)[string];
  return {
    loss: asked ?? (described.kind === 'labels' ? 'softmaxCrossEntropy' : 'squaredError'),
    inputs: found.inputs,
    target: targetColumns(described),
    // Data may show one class only; telling it from nothing takes two.
    outputs: described.kind === 'labels' ? Math.max(2, described.classes) : described.size,
    rows: found.rows,
  };
}
