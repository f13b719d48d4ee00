import type { FlowGraph } from '@fluxion/graph';
import type { Schema } from 'apache-arrow';
import type { ModelAbout } from '../model/modelAbout.js';
import { inputColumns } from './columnOptions.js';
import { selectInputs } from './selectInputs.js';

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
export function inputOptions(
  { schema, file }: { readonly schema: Schema; readonly file: string },
  { input, target = [], model, about }: InputOptions,
): {
  readonly input: Readonly<Record<string, readonly string[]>>;
  readonly scale?: Readonly<Record<string, number>>;
} {
  if (input === undefined && about !== undefined) return inputColumns(about);
  return { input: selectInputs({ schema, file, columns: input, targets: target, inputs: model?.inputs }) };
}
