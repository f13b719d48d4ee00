import type { Position } from '@fluxion/data';
import { Observable } from 'rxjs';
import type { Step } from '../messages.js';
import type { Validated } from './best.js';
import type { CheckpointOptions, ResumeOptions } from './checkpointOptions.js';
import { CheckpointSaver } from './checkpointSaver.js';
import type { TrainingRun } from './trainingRun.js';

/** What saves, and what it has saved. */
export interface Checkpoint {
  <S extends Step & Validated>(steps: Observable<S>): Observable<S>;
  /**
   * Gives model, optimizer, encoder and parts what the newest whole checkpoint holds. A damaged one is told of and passed over.
   *
   * @returns where the examples go on, for `from`; undefined where there is no checkpoint yet, or examples have no positions
   * @throws {OptionError} saying what differs, where another model, encoder, order or file was trained on; {CheckpointError}
   *   when there are checkpoints, but none that can be read.
   */
  resume(options?: ResumeOptions): Promise<Position | undefined>;
}

/**
 * Saves all that a training is made of now and then, so that the same program, begun again, goes on where it was cut off, bit
 * for bit: parameters and states, optimizer, encoder, the parts named in the run, and the place in the data. The step and what
 * stands below it are done when it is saved. It is copied in one turn and written beside the training, one checkpoint at a
 * time and with as long a pause before the next; the last step's is written before the stream is complete. A checkpoint that cannot be written is a warning, three in a
 * row are an error.
 *
 * Format   in the directory a folder `step-N` for N updates, as `saveTraining` writes it, so `loadModel` takes each; where a race has put
 *          a model of fewer updates in the place of the old one, N is one more than before
 *
 * Stands below `update` or `train`, and after `validate`, `keepBest` and `earlyStop`. Events have no positions: what is saved of
 * them goes on, with the events that then come.
 *
 * @param directory of one run; made where it is missing
 * @param run what is saved, and what has to be the same when it goes on
 * @throws {OptionError} when an option has a value that cannot be used; as the stream's error {CheckpointError}, when three
 *   checkpoints in a row, or the last one, cannot be written; {StateError}, when there are checkpoints already and nobody has
 *   gone on from them.
 * @example
 * const encoder = await fitEncoder(csvFile('people.csv'), { target: 'income' });
 * const run = { model, optimizer: adam(), source: csvFile('people.csv'), examples: { encoder, epochs: 20, shuffle: true } };
 * const saving = checkpoint('runs/people', run, { every: { seconds: 60 } });
 * const from = await saving.resume();
 * await examples(run.source, { ...run.examples, from })
 *   .pipe(train(model, { loss: softmaxCrossEntropy(), optimizer: run.optimizer }), saving)
 *   .forEach(() => {});
 */
export function checkpoint(directory: string, run: TrainingRun, options: CheckpointOptions = {}): Checkpoint {
  const saver = new CheckpointSaver(directory, run, options);
  const operator = <S extends Step & Validated>(steps: Observable<S>): Observable<S> =>
    new Observable((subscriber) => {
      saver.begin();
      const see = (step: S): void => {
        subscriber.next(step);
        saver.see(step);
        // What stands below has had enough: nobody waits any more, but what was learned is kept.
        if (subscriber.closed) saver.finish().catch((error) => saver.warn(error));
        else if (saver.failure !== undefined) subscriber.error(saver.failure);
      };
      subscriber.add(() => saver.end());
      return steps.subscribe({
        next(step) {
          try {
            see(step);
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error) => subscriber.error(error),
        complete: () =>
          saver.finish().then(
            () => subscriber.complete(),
            (error: unknown) => subscriber.error(error),
          ),
      });
    });
  return Object.assign(operator, { resume: (given?: ResumeOptions) => saver.resume(given) });
}
