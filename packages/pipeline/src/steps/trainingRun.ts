import { stat } from 'node:fs/promises';
import type { LoadedTraining } from '@fluxion/checkpoint';
import { Encoder, type ExamplesOptions, fingerprint, type Source } from '@fluxion/data';
import type { FlowGraph, GraphDescription } from '@fluxion/graph';
import { type Optimizer, optimizerState } from '@fluxion/optim';
import { elements, firstDifference, type Json, OptionError, type Savable, type Saved } from '@fluxion/tensor';

/** What a training is made of: what is saved of it, and what has to be the same when it goes on. */
export interface TrainingRun {
  readonly model: FlowGraph;
  readonly optimizer: Optimizer;
  /** The rows, as given to `examples`; left out for events, which have no place to go back to. */
  readonly source?: Source | undefined;
  /** How they are read, as given to `examples`. */
  readonly examples?: ExamplesOptions | undefined;
  /** Whatever else has a state, by a name of letters, digits, - and _: `validate`, `keepBest`, `earlyStop`, `prequential`, … */
  readonly parts?: Readonly<Record<string, Savable>> | undefined;
  /** What the caller wants to find again in each checkpoint, beside `run`. */
  readonly about?: { readonly [name: string]: Json | undefined } | undefined;
}

/** What the order of examples is a function of, besides their number, and the files that they come from. */
export type RunIdentity = {
  readonly order: Json;
  /** Size and hash of each file; null where the rows come from elsewhere. */
  readonly files: readonly { readonly size: number; readonly sha256: string }[] | null;
};

/**
 * What is to be the same when a training goes on: the order of examples, and the files.
 *
 * @param sizes how much of each file to look at: what it had when it was looked at before
 */
export async function runIdentity(
  { source, examples = {} as ExamplesOptions }: Pick<TrainingRun, 'source' | 'examples'>,
  sizes: readonly number[] = [],
): Promise<RunIdentity> {
  const { seed = 0, shuffle = false, rows } = examples;
  const paths = (await source?.files?.()) ?? [];
  const areFiles = await Promise.all(
    paths.map(async (path) => (await stat(path).catch(() => undefined))?.isFile() === true),
  );
  const files =
    paths.length > 0 && areFiles.every(Boolean)
      ? await Promise.all(paths.map((path, i) => fingerprint(path, sizes[i])))
      : null;
  const order = { seed, shuffle, rows: rows === undefined ? 'all' : (rows.description ?? 'some') };
  return { order: JSON.parse(JSON.stringify(order)) as Json, files };
}

/** The states of a run, as they are now. */
export function saveParts({ model, optimizer, parts = {} }: TrainingRun): Record<string, Saved> {
  const saved = Object.entries(parts).map(([name, part]) => [name, part.save()] as const);
  return { optimizer: optimizerState(optimizer, model).save(), ...Object.fromEntries(saved) };
}

/**
 * Gives model, optimizer and parts what was saved.
 *
 * @throws {OptionError} saying what differs, where it was another model or encoder, other parts or options.
 */
export function restoreParts(
  run: TrainingRun,
  loaded: LoadedTraining<Encoder>,
  own: readonly string[],
): void {
  const { model, optimizer, parts = {} } = run;
  const twin = loaded.model;
  expectAsSaved('model', graphJson(twin), graphJson(model));
  expectAsSaved('model dtype', twin.dtype, model.dtype);
  expectAsSaved('model seed', twin.seed, model.seed);
  const names = [...loaded.saved.keys()].filter((name) => name !== 'optimizer' && !own.includes(name)).sort();
  expectAsSaved('parts', names, Object.keys(parts).sort());
  if (loaded.encoder !== undefined && model.encoder instanceof Encoder) {
    model.encoder.takeOver(loaded.encoder);
  }
  for (const [i, value] of [...twin.parameters, ...twin.states].entries()) {
    const mine = [...model.parameters, ...model.states][i] as typeof value;
    model.assign(mine, elements(value.value));
  }
  // After the values: updates that wait come with it.
  const state = loaded.saved.get('optimizer');
  if (state !== undefined) optimizerState(optimizer, model).restore(state);
  for (const box of twin.boxes) {
    const [parameter] = box.parameters.values();
    if (parameter !== undefined) model.freeze(box.name, parameter.frozen);
  }
  for (const [name, part] of Object.entries(parts)) part.restore(loaded.saved.get(name) as Saved);
}

/** @throws {OptionError} naming the first thing that differs. */
export function expectAsSaved(what: string, saved: Json | undefined, now: Json | undefined): void {
  const difference = firstDifference(saved, now);
  if (difference === undefined) return;
  const { path } = difference;
  const [was, is] = difference.values.map((value) => JSON.stringify(value) ?? 'nothing');
  throw new OptionError(
    `checkpoint ${path === '' ? what : `${what} ${path}`}: expected ${was}, with which it was saved, got ${is}; go on with the same, or name another directory`,
  );
}

/** The graph without what is frozen in it, which training may change. */
function graphJson({ description }: FlowGraph): Json {
  const json = JSON.parse(JSON.stringify(description)) as GraphDescription;
  const boxes = Object.entries(json.boxes).map(([name, { frozen: _, ...box }]) => [name, box]);
  return { ...json, boxes: Object.fromEntries(boxes) } as unknown as Json;
}
