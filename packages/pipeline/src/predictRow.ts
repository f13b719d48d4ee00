import { Encoder, type RowPrediction } from '@fluxion/data';
import { expectModel, type FlowGraph, type Tape } from '@fluxion/graph';
import { elements, type Floats, StateError } from '@fluxion/tensor';
import { linkOf } from './measuring/linkOf.js';

/** Predictions by the name of the target. */
export type RowPredictions = Readonly<Record<string, RowPrediction>>;

/**
 * What a model says of one row, given as a plain object: the class with the probabilities of all, or a number in its own
 * units. With several targets, one of these for each by its name. The row is encoded as the rows were that were learned from,
 * by the same code; nothing is learned.
 *
 * The probabilities are the softmax of the output, for one unit and two classes its sigmoid, unless the output's box is a
 * `softmax` or a `sigmoid` itself.
 *
 * @param row a value for each column that the encoder uses; null for a gap
 * @throws {StateError} when the model has no encoder, or an output and the target do not fit; {DataError} with the column,
 *   when a value cannot be used, or with all that are missing.
 * @example
 * predictRow(model, { age: 39, city: 'Paris' }); // { class: '>50K', probability: 0.83, probabilities: { … } }
 */
export function predictRow(
  model: FlowGraph,
  row: Readonly<Record<string, unknown>>,
): RowPrediction | RowPredictions {
  return predictRows(model, [row])[0] as RowPrediction | RowPredictions;
}

/**
 * What a model says of each of several rows, as `predictRow` says it, in one pass.
 *
 * @throws what `predictRow` throws; {DataError} also says which row.
 * @example
 * predictRows(model, [{ age: 39, city: 'Paris' }, { age: 25, city: null }]);
 */
export function predictRows(
  model: FlowGraph,
  rows: readonly Readonly<Record<string, unknown>>[],
): readonly (RowPrediction | RowPredictions)[] {
  const { encoder } = expectModel('predictRow', model);
  if (!(encoder instanceof Encoder)) {
    throw new StateError(
      'predictRow model: expected a model with an encoder, got one without; build it with { encoder }, as fitEncoder makes one',
    );
  }
  const names = Object.keys(encoder.targets);
  const [only, ...others] = names;
  if (only === undefined) {
    throw new StateError(
      'predictRow model: expected an encoder with a target, got one without; fit it with a target',
    );
  }
  if (rows.length === 0) return [];
  const tape = model.fprop(encoder.encode(rows, { dtype: model.dtype }).inputs);
  try {
    const decoded = names.map((name) => {
      const values = valuesOf(tape, encoder, name);
      const units = values.length / rows.length;
      return rows.map((_, i) => encoder.decode(name, values.subarray(i * units, (i + 1) * units)));
    });
    return rows.map((_, i) =>
      others.length === 0
        ? (decoded[0]?.[i] as RowPrediction)
        : Object.fromEntries(names.map((name, j) => [name, decoded[j]?.[i] as RowPrediction])),
    );
  } finally {
    tape.release();
  }
}

/** The outputs for a target: those of the box of its name, or the main one where there is one target. */
function valuesOf(tape: Tape, encoder: Encoder, target: string): Floats {
  const { outputs } = tape.model;
  const isOnly = Object.keys(encoder.targets).length === 1;
  const output = outputs.includes(target) ? target : isOnly ? outputs[0] : undefined;
  if (output === undefined) {
    throw new StateError(
      `predictRow model: expected an output for each target, got none for '${target}'; name its last box so`,
    );
  }
  const link = encoder.targets[target]?.kind === 'classes' ? linkOf(tape.model, output) : 'identity';
  return elements(tape.linked(link, output));
}
