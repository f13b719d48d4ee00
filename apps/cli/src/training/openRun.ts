import { expectModelFolder } from '@fluxion/checkpoint';
import type { Source } from '@fluxion/data';
import { pictureShape } from '@fluxion/images';
import { type CheckpointError, DataError, firstDifference, type Json } from '@fluxion/tensor';
import type { Schema } from 'apache-arrow';
import { expectNamed } from '../columns/expectNamed.js';
import type { Host } from '../host.js';
import type { TrainedSoFar } from '../model/modelAbout.js';
import { type OpenedModel, openModel } from '../model/openModel.js';
import { noticesTo } from '../output/noticesTo.js';
import type { StageLine } from '../output/stageLine.js';
import { openSource, readShape } from '../sources/openSource.js';
import { IMAGE_SIZE, pictureWidth } from '../sources/pictures.js';
import { usableTable } from '../sources/usableTable.js';
import { UsageError } from '../usageError.js';
import { DEFAULT_VALIDATION, type HeldOut, holdOutRows, type Validation } from './heldOut.js';
import { findRun, otherRun, type RunPlan, runOptions, type SavedRun, tellFinished } from './savedRun.js';
import { type TrainingOrder, trainingOrder } from './trainingOrder.js';
import type { TrainOptions } from './trainOptions.js';

/** What a run finds when it begins: the data, the model that is there already, and what is left of a run that was cut off. */
export interface OpenedRun {
  readonly source: Source;
  readonly schema: Schema;
  readonly rows: number | undefined;
  /** Rows that were left out, since they cannot be read. */
  readonly badRows: number;
  readonly validation: Validation;
  readonly held: HeldOut;
  readonly order: TrainingOrder;
  /** The model to go on from: that of a checkpoint, or of `--model`. */
  readonly opened: OpenedModel | undefined;
  /** How far that had been trained before the run. */
  readonly before: TrainedSoFar | undefined;
  /** The command line, as checkpoints keep it. */
  readonly asked: { readonly [name: string]: Json };
  /** What the run was begun with, where it goes on from a checkpoint. */
  readonly plan: RunPlan | undefined;
  /** What is wrong with checkpoints that were passed over. */
  readonly damage: readonly string[];
}

/**
 * Opens what a run needs; answers undefined, and says so, where it has been finished before.
 *
 * @throws {UsageError} when options do not fit the data or the run that there is; {DataError} when there are no rows.
 */
export async function openRun(
  data: readonly string[],
  given: TrainOptions,
  host: Host,
  stage: StageLine,
  signal: AbortSignal,
): Promise<OpenedRun | undefined> {
  const { out, seed, kernels } = given;
  if (out !== undefined) await expectModelFolder(out);
  const damage: CheckpointError[] = [];
  const asked = await runOptions(given);
  const { checkpoint, finished }: SavedRun =
    out === undefined ? {} : await findRun(out, given, asked, (error) => damage.push(error));
  const start = checkpoint?.folder ?? given.model;
  const opened = start === undefined ? undefined : await openModel(start, { seed, kernels });
  const known = pictureWidth(opened?.encoded?.encoder);
  if (known !== undefined && (given.imageSize ?? known) !== known) {
    throw new UsageError(`--image-size: expected ${known}, which the model takes, got ${given.imageSize}`);
  }
  const width = known ?? given.imageSize ?? IMAGE_SIZE;
  const table = openSource(data, { ...given, notice: noticesTo(host, given), pictureWidth: width });
  const plan = checkpoint?.plan;
  // A run that began without an encoder goes on without the same rows.
  const encoder = given.model === undefined ? undefined : opened?.encoded?.encoder;
  const source = usableTable(table, { ...given, ...ownColumnOptions(plan, opened) }, encoder);
  const before = plan === undefined ? (opened?.encoded?.about ?? opened?.about) : plan.before;
  const shape = await stage.during(`reading ${source.name}`, () => readShape(source, signal));
  const { target, input, numbers, weight } = given;
  if (opened === undefined) {
    expectNamed(shape.schema, source.name, {
      ...{ '--target': target, '--input': input, '--numbers': numbers },
      '--weight': weight === undefined ? [] : [weight],
    });
  }
  if (given.imageSize !== undefined && !shape.schema.fields.some((field) => pictureShape(field))) {
    throw new UsageError(
      `--image-size: expected pictures, or a column of their paths, got none in ${source.name}; leave it out`,
    );
  }
  if (shape.rows === 0) {
    throw new DataError('expected rows to learn from, got names of columns alone; give data with rows', {
      file: source.name,
    });
  }
  const validation = given.validation ?? usualValidation(before);
  const held = holdOutRows(validation, shape.rows);
  const order = await trainingOrder(source, { seed, shuffle: given.shuffle, validation, held }, before);
  if (out !== undefined && finished !== undefined) {
    if (firstDifference(finished, order.run) !== undefined) {
      throw otherRun(out, 'expected the data with which it was trained, got other data');
    }
    tellFinished(out, given, host.stdout);
    return undefined;
  }
  return {
    ...shape,
    ...{ source, validation, held, order, opened, before, asked, plan },
    damage: damage.map(({ message }) => message),
  };
}

/** What the command line says of columns is in the encoder that a run has saved. */
export function ownColumnOptions(
  plan: RunPlan | undefined,
  opened: OpenedModel | undefined,
): Pick<TrainOptions, 'input' | 'loss'> | Record<'input' | 'loss', undefined> {
  return plan !== undefined && opened?.encoded !== undefined ? { input: undefined, loss: undefined } : {};
}

/** What a model was validated on before, or what is usual. */
function usualValidation(before: TrainedSoFar | undefined): Validation {
  if (before === undefined) return DEFAULT_VALIDATION;
  return before.validation === undefined ? 'none' : { share: before.validation };
}
