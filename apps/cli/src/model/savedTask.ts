import { columnTask } from '../columns/columnTask.js';
import { encodedTask } from './encodedTask.js';
import type { OpenedModel } from './openModel.js';
import type { Task } from './task.js';

/** The task that a model was saved with; undefined where it is not known. */
export function savedTask({ model, about, encoded }: OpenedModel): Task | undefined {
  if (encoded !== undefined) return encodedTask(encoded.encoder, encoded.about.outputs);
  return about && columnTask(about, model);
}
