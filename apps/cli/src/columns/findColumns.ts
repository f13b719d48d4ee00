import { type DataDescription, describe, type LabelsDescription, type Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { DataError, type Shape } from '@fluxion/tensor';
import { lossByName, mainOutput } from '../model/lossFor.js';
import type { InputColumns, TargetColumns } from '../model/modelAbout.js';
import { readShape } from '../sources/openSource.js';
import { UsageError } from '../usageError.js';
import { type ClassLimit, countLabels } from './countLabels.js';
import { expectKnownLabels, expectTargetFits } from './expectTarget.js';
import { type InputOptions, inputColumnOptions } from './selectInputs.js';

/** What the command line says about the columns, and the model that they are for, if it is there. */
export interface FindColumnsOptions extends InputOptions {
  readonly target: readonly string[];
  /** Kind of the loss, where it is asked for. */
  readonly loss?: string | undefined;
}

/** Which columns a model is trained on, and what it has to be to fit them. */
export interface FoundColumns {
  readonly loss: string;
  readonly inputs: Readonly<Record<string, InputColumns & { readonly shape: Shape }>>;
  readonly target: TargetColumns;
  /** Classes, or numbers to predict, in one example. */
  readonly outputs: number;
  /** Classes below the greatest label that no example is of. */
  readonly emptyClasses: readonly number[];
  /** Columns that are neither inputs nor targets. */
  readonly unused: readonly string[];
  /** Examples in an epoch, where it is known. */
  readonly rows: number | undefined;
}

/** So many classes may be told apart of however few examples. */
const LEAST_LIMIT = 1000;

/**
 * Looks at a file for what the command line asks for: the columns, their shapes, the classes and the loss. What it
 * leaves open is as it was when the model was saved.
 *
 * @throws {DataError} when a column is missing, or does not fit the loss or the classes of the model; {UsageError} when
 *   `--input` or `--target` does not fit the model.
 */
export async function findColumns(
  source: Source,
  options: FindColumnsOptions,
  signal: AbortSignal,
): Promise<FoundColumns> {
  const { schema } = await readShape(source, signal);
  const { about, model } = options;
  const target = orderTarget(options.target, about?.target.columns);
  const inputs = inputColumnOptions({ schema, file: source.name }, { ...options, target });
  const columns = { ...inputs, target };
  const looked = { source, schema, columns };
  const asked = options.loss ?? about?.loss;
  const loss = asked === undefined ? undefined : lossByName(asked);
  if (loss !== undefined) {
    const fix =
      options.loss === undefined
        ? 'name another column by --target'
        : 'leave --loss out, or take softmaxCrossEntropy';
    await expectTargetFits(loss, looked, fix, signal);
  }
  if (about !== undefined && model !== undefined && loss?.targets === 'labels') {
    expectKnownLabels(about.target, model, looked);
  }

  const found = await describe(
    source,
    {
      ...columns,
      scale: about === undefined ? undefined : { ...inputs.scale, target: about.target.scale },
      targetKind: loss?.targets,
      labelNames: about?.target.names,
    },
    signal,
  );
  if (found.rows === 0) {
    throw new DataError('expected examples, got no rows; give data with rows', { file: source.name });
  }
  const described = found.targets.target as (typeof found.targets)[string];
  if (described.kind === 'labels' && described.names?.length === 1) {
    const place = { file: source.name, column: target[0] };
    throw new DataError(
      `expected names of two classes or more, got '${described.names[0]}' alone; give data of other classes too`,
      place,
    );
  }
  const counts =
    described.kind === 'labels' && described.names === undefined
      ? await countLabels(source, target[0] as string, classLimit(model, found.rows), signal)
      : undefined;
  const used = [...target, ...Object.values(found.inputs).flatMap(({ columns }) => columns)];
  return {
    loss: asked ?? (described.kind === 'labels' ? 'softmaxCrossEntropy' : 'squaredError'),
    inputs: found.inputs,
    target: targetColumns(described),
    // Data may show one class only; telling it from nothing takes two.
    outputs: described.kind === 'labels' ? Math.max(2, described.classes) : described.size,
    emptyClasses: described.kind === 'labels' ? emptyClasses(described, counts) : [],
    unused: schema.fields.map(({ name }) => name).filter((name) => !used.includes(name)),
    rows: found.rows,
  };
}

/** A model has as many classes as units; data gives no reason to believe in more than it has examples. */
function classLimit(model: FlowGraph | undefined, rows = 0): ClassLimit {
  if (model === undefined) {
    return {
      classes: Math.max(LEAST_LIMIT, rows),
      reason: `there being ${rows} examples`,
      fix: 'correct it, or take --loss squaredError where it is a number',
    };
  }
  const { name, shape } = mainOutput(model);
  return {
    classes: shape[0] as number,
    reason: `for the model's output '${name}' has no more units`,
    fix: 'correct it, or train a new model',
  };
}

function emptyClasses({ classes }: LabelsDescription, counts: Uint32Array | undefined): readonly number[] {
  if (counts === undefined) return [];
  return Array.from({ length: classes }, (_, label) => label).filter((label) => counts[label] === 0);
}

/**
 * The columns of a target in the order of the model's outputs. One column may have any name; several are known by theirs.
 *
 * @param known columns that the model was saved with
 * @throws {UsageError} when they are not the model's.
 */
function orderTarget(target: readonly string[], known: readonly string[] | undefined): readonly string[] {
  if (known === undefined || (known.length === 1 && target.length === 1)) return target;
  if (target.length === known.length && known.every((column) => target.includes(column))) return known;
  throw new UsageError(
    `--target: expected the model's ${known.join(', ')}, in any order, got ${target.join(', ')}`,
  );
}

/** What is kept of a target that was found in the data. */
function targetColumns(described: DataDescription['targets'][string]): TargetColumns {
  const { kind, columns } = described;
  if (kind === 'values') return { kind, columns, scale: described.scale };
  return { kind, columns, scale: 1, ...(described.names === undefined ? {} : { names: described.names }) };
}
