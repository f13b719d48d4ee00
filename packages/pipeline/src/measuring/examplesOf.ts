import { Encoder, type Examples, type Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { isObservable, type Observable } from 'rxjs';
import { examples } from '../examples.js';

/** What a model is measured on: examples, or rows, of which the model's encoder makes them, 256 in a minibatch. */
export type ExamplesInput = Observable<Examples> | Source;

/** @throws {OptionError} when it is neither a stream of examples nor a source of rows. */
export function expectExamples(where: string, input: ExamplesInput): void {
  if (isObservable(input) || isSource(input)) return;
  throw new OptionError(
    `${where} source: expected a stream of examples, got ${typeof input}; give examples(source, options)`,
  );
}

/**
 * The examples that a model is measured on.
 *
 * @throws {OptionError} when they are neither a stream nor rows, or rows and the model has no encoder.
 */
export function examplesOf(where: string, input: ExamplesInput, model: FlowGraph): Observable<Examples> {
  expectExamples(where, input);
  if (isObservable(input)) return input;
  const { encoder, dtype } = model;
  if (encoder instanceof Encoder) return examples(input, { encoder, batchSize: 256, dtype });
  throw new OptionError(
    `${where} source: expected a stream of examples, as the model has no encoder that makes them of rows, got the source '${input.name}'; give examples(source, { input: 'x', target: 'y', batchSize: 256 })`,
  );
}

function isSource(input: unknown): input is Source {
  return typeof input === 'object' && input !== null && 'open' in input && typeof input.open === 'function';
}
