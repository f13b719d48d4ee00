import { join, resolve } from 'node:path';
import { type JsonValue, loadModel, newestCheckpoint, removeCheckpoints } from '@fluxion/checkpoint';
import { fingerprint, type Position, restoreEncoder } from '@fluxion/data';
import { boxes } from '@fluxion/layers';
import type { Checkpoint, RunIdentity } from '@fluxion/pipeline';
import { type CheckpointError, firstDifference, type Json, OptionError } from '@fluxion/tensor';
import { printLine } from '@fluxion/terminal';
import type { Host } from '../host.js';
import { type TrainedSoFar, trainedFromJson } from '../model/modelAbout.js';
import { jsonLine } from '../output/jsonLine.js';
import { type Recipe, recipeFromJson } from '../preparation/recipe.js';
import { UsageError } from '../usageError.js';
import type { TrainOptions } from './trainOptions.js';

/** What a run was begun with, as its checkpoints keep it. */
export interface RunPlan {
  /** What the command line said, but for what changes nothing of what comes out. */
  readonly options: Json;
  readonly recipe: Recipe;
  /** Whether the number of epochs has been found out before. */
  readonly isDecided: boolean;
  /** How far the model had been trained before, and where the run began. */
  readonly before: TrainedSoFar | undefined;
  readonly from: Position;
}

/** What is there of a run that the same command has begun before. */
export interface SavedRun {
  /** Its newest checkpoint, and the plan it was begun with; absent where there is none. */
  readonly checkpoint?: { readonly folder: string; readonly plan: RunPlan } | undefined;
  /** Whether it has come to its end, and on which data. */
  readonly finished?: RunIdentity | undefined;
}

/** Where the checkpoints of a run lie whose model is saved in a folder. */
export function checkpointsOf(out: string): string {
  return `${resolve(out)}.checkpoints`;
}

/** Options that change nothing of what comes out of a run. */
const FREE: readonly string[] = ['out', 'report', 'json', 'quiet', 'restart', 'appended'];

/** What the command line says, as checkpoints keep it: with what is in the files that it names besides the data. */
export async function runOptions(given: TrainOptions): Promise<{ readonly [name: string]: Json }> {
  const options = Object.entries(given).filter(
    ([name, value]) => !FREE.includes(name) && value !== undefined,
  );
  const { model, out, validation } = given;
  const started =
    model !== undefined && !isSame(model, out) ? await fileAt(model, 'weights.safetensors') : null;
  const measured =
    typeof validation === 'object' && 'file' in validation ? await fileAt(validation.file) : null;
  return JSON.parse(
    JSON.stringify({
      ...Object.fromEntries(options),
      ...(started && { weights: started }),
      ...(measured && { validationFile: measured }),
    }),
  );
}

async function fileAt(...path: readonly string[]): Promise<string | null> {
  return fingerprint(join(...path)).then(
    ({ sha256 }) => sha256,
    () => null,
  );
}

/**
 * Looks for a run that was begun under this name. One that was begun with other options is refused, but for a model that is to be
 * trained on where it lies: then the run that it came from is over.
 *
 * @param warn is told of each damaged checkpoint
 * @throws {UsageError} naming the option that differs; {CheckpointError} when there are checkpoints, but none that can be read.
 */
export async function findRun(
  out: string,
  given: TrainOptions,
  options: Json,
  warn: (error: CheckpointError) => void,
): Promise<SavedRun> {
  const directory = checkpointsOf(out);
  if (given.restart) await removeCheckpoints(directory);
  const goesOn = isSame(given.model, out);
  const build = { definitions: boxes, restoreEncoder };
  const newest = await newestCheckpoint(directory, build, warn);
  if (newest !== undefined) {
    const plan = planFromJson(newest.about.field('command'), newest);
    if (goesOn && firstDifference(plan.options, options) !== undefined) {
      await removeCheckpoints(directory);
      return {};
    }
    expectSameOptions(out, plan.options, options);
    return { checkpoint: { folder: newest.folder, plan } };
  }
  if (given.restart || goesOn) return {};
  const about = await loadModel(out, build).then(
    ({ about }) => about.optional('finished'),
    () => undefined,
  );
  if (about === undefined) return {};
  expectSameOptions(out, about.field('options').value, options);
  return { finished: about.field('run').value as RunIdentity };
}

function isSame(model: string | undefined, out: string | undefined): boolean {
  return model !== undefined && out !== undefined && resolve(model) === resolve(out);
}

function planFromJson(
  json: JsonValue,
  { model }: { readonly model: Parameters<typeof trainedFromJson>[1] },
): RunPlan {
  const [from, before] = [json.field('from'), json.optional('before')];
  return {
    options: json.field('options').value,
    recipe: recipeFromJson(json.field('recipe')),
    isDecided: json.field('isDecided').boolean(),
    before: before && trainedFromJson(before, model),
    from: { epoch: from.field('epoch').integer(), row: from.field('row').integer() },
  };
}

/** How to get on where a run of this name is another. */
export function otherRun(out: string, reason: string): UsageError {
  return new UsageError(
    `${out}: ${reason}; give what it was begun with to go on, --restart to start over, or another --out`,
  );
}

function expectSameOptions(out: string, saved: Json, given: Json): void {
  const difference = firstDifference(saved, given);
  if (difference === undefined) return;
  const [name = ''] = difference.path.split('.');
  const [was, is] = [saved, given].map((options) => spoken(name, (options as Record<string, Json>)[name]));
  const what = { weights: 'the model of --model', validationFile: 'the file of --validation' }[name];
  throw otherRun(
    out,
    what === undefined
      ? `expected ${was}, with which it was begun, got ${is}`
      : `expected ${what} as it was, got another`,
  );
}

/** An option as a command line has it. */
function spoken(name: string, value: Json | undefined): string {
  const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (name === 'shuffle') return value === false ? '--no-shuffle' : 'no --no-shuffle';
  if (value === undefined) return `no --${option}`;
  const parts = typeof value === 'object' && value !== null ? Object.values(value) : [value];
  return `--${option} ${parts.length === 0 ? 'none' : parts.join(name === 'hidden' ? ',' : ' ')}`;
}

/** Goes on where a checkpoint was made. */
export async function resumeRun(
  out: string,
  saving: Checkpoint | undefined,
  appended: boolean | undefined,
): Promise<Position> {
  try {
    return (await saving?.resume({ appended: appended ?? false })) as Position;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const [reason = ''] = error.message.replace(/^checkpoint /, '').split(/;(?!.*;)/);
    throw otherRun(out, `${reason}${/ got more$/.test(reason) ? ' (--appended takes these in)' : ''}`);
  }
}

/** Says that there is nothing to do. */
export function tellFinished(out: string, { json, quiet }: TrainOptions, stdout: Host['stdout']): void {
  if (json) stdout.write(jsonLine({ event: 'finished', out }));
  else if (!quiet) {
    printLine(
      stdout,
      `${out} is finished: the same options on the same data. Train on with --model ${out}, or start over with --restart`,
    );
  }
}
