import type { FlowGraph } from '@fluxion/graph';
import { DataError, type Shape, sameShape } from '@fluxion/tensor';
import { DataType, type Schema } from 'apache-arrow';
import type { ModelAbout } from '../model/modelAbout.js';
import { UsageError } from '../usageError.js';

/** What the command line says about the inputs, and the model that they are for, if it is there. */
export interface InputOptions {
  readonly input?: readonly string[] | undefined;
  /** Columns that are kept from the model. */
  readonly target?: readonly string[] | undefined;
  readonly model?: FlowGraph | undefined;
  /** What was saved with the model. */
  readonly about?: ModelAbout | undefined;
}

/**
 * The columns of a file that a model takes: those of `--input`, those that it was saved with, or those that fit it.
 *
 * @throws {UsageError} when `--input` does not fit the graph; {DataError} when there is no column of numbers.
 */
export function inputColumnOptions(
  { schema, file }: { readonly schema: Schema; readonly file: string },
  { input, target = [], model, about }: InputOptions,
): {
  readonly input: Readonly<Record<string, readonly string[]>>;
  readonly scale?: Readonly<Record<string, number>>;
} {
  if (input === undefined && about !== undefined) return inputColumns(about);
  return { input: selectInputs({ schema, file, columns: input, targets: target, inputs: model?.inputs }) };
}

/** What inputs are selected from. */
export interface SelectInputsOptions {
  readonly schema: Schema;
  readonly file: string;
  /** What `--input` names; absent when it is not given. */
  readonly columns: readonly string[] | undefined;
  /** Columns that are kept from the model. */
  readonly targets: readonly string[];
  /** Shapes of the graph's inputs; absent when there is no graph yet. */
  readonly inputs: Readonly<Record<string, Shape>> | undefined;
}

/** Columns by input of the graph. */
export type InputSelection = Readonly<Record<string, readonly string[]>>;

/**
 * Decides which columns become which input. Without `--input` these are all that hold numbers, but for the targets. A
 * graph of one input takes the column of its name, or the one list of its shape, before all others; one of several takes
 * columns by its inputs' names, or as `--input age=years`. Without a graph, columns of numbers become one input and each
 * column of lists one of its own.
 *
 * @throws {UsageError} when `--input` does not fit the graph; {DataError} when there is no column of numbers.
 */
function selectInputs(options: SelectInputsOptions): InputSelection {
  const { inputs, schema } = options;
  if (inputs === undefined) return grouped(schema, chosen(options));
  const names = Object.keys(inputs);
  const [name, ...others] = names as [string, ...string[]];
  if (others.length > 0) return named(options, names);
  if (options.columns !== undefined) return { [name]: options.columns };
  if (has(schema, name)) return { [name]: [name] };
  const [list, ...more] = listsOf(options, inputs[name] as Shape);
  return { [name]: list === undefined || more.length > 0 ? chosen(options) : [list] };
}

function chosen({ schema, file, columns, targets }: SelectInputsOptions): readonly string[] {
  if (columns !== undefined) return columns;
  const numeric = schema.fields
    .filter(({ name, type }) => isNumeric(type) && !targets.includes(name))
    .map(({ name }) => name);
  if (numeric.length > 0) return numeric;
  throw new DataError('expected a column of numbers besides the target, got none; add one', { file });
}

/** Columns of lists of numbers, of a shape, that are no targets. */
function listsOf({ schema, targets }: SelectInputsOptions, shape: Shape): readonly string[] {
  return schema.fields
    .filter(({ name, type }) => isNumeric(type) && !targets.includes(name) && sameShape(lengths(type), shape))
    .map(({ name }) => name);
}

function lengths(type: DataType): Shape {
  return DataType.isFixedSizeList(type) ? [type.listSize, ...lengths(type.valueType)] : [];
}

/** Each list by its own name, the numbers together; one input alone is called `input`. */
function grouped(schema: Schema, columns: readonly string[]): InputSelection {
  const isList = (column: string): boolean =>
    DataType.isFixedSizeList(schema.fields.find(({ name }) => name === column)?.type);
  const lists = columns.filter(isList);
  const numbers = columns.filter((column) => !isList(column));
  if (lists.length === 0) return { input: numbers };
  if (lists.length === 1 && numbers.length === 0) return { input: lists };
  return {
    ...Object.fromEntries(lists.map((list) => [list, [list]])),
    ...(numbers.length === 0 ? {} : { numbers }),
  };
}

function named({ schema, columns = [] }: SelectInputsOptions, names: readonly string[]): InputSelection {
  const pairs = columns.map((text) => {
    const name = names.find((name) => text.startsWith(`${name}=`));
    if (name === undefined) {
      throw new UsageError(
        `--input: expected the graph's inputs ${names.join(', ')} with their columns, as ${names[0]}=COLUMN, got '${text}'`,
      );
    }
    return { name, column: text.slice(name.length + 1) };
  });
  return Object.fromEntries(
    names.map((name) => {
      const given = pairs.filter((pair) => pair.name === name).map(({ column }) => column);
      if (given.length === 0 && !has(schema, name)) {
        throw new UsageError(
          `--input: expected the columns of the graph's input '${name}', and no column has its name; give ${name}=COLUMN`,
        );
      }
      return [name, given.length === 0 ? [name] : given];
    }),
  );
}

function has({ fields }: Schema, column: string): boolean {
  return fields.some(({ name }) => name === column);
}

function isNumeric(type: DataType): boolean {
  if (DataType.isFixedSizeList(type)) return isNumeric(type.valueType);
  return DataType.isInt(type) || (DataType.isFloat(type) && type.precision > 0) || DataType.isBool(type);
}

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
