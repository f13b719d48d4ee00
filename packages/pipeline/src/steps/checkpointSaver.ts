import { basename } from 'node:path';
import {
  checkpointFolder,
  listCheckpoints,
  newestCheckpoint,
  pruneCheckpoints,
  saveTraining,
} from '@fluxion/checkpoint';
import { type Position, restoreEncoder } from '@fluxion/data';
import { optimizerState } from '@fluxion/optim';
import {
  type CheckpointError,
  expectNames,
  type Json,
  OptionError,
  type Saved,
  StateError,
} from '@fluxion/tensor';
import type { Step } from '../messages.js';
import { Best, type Validated, withModeAndDelta } from './best.js';
import type { CheckpointInterval, CheckpointOptions, ResumeOptions } from './checkpointOptions.js';
import { EpochCounter } from './epochCounter.js';
import { expectSameExamples } from './expectSameExamples.js';
import { type RunIdentity, restoreParts, runIdentity, saveParts, type TrainingRun } from './trainingRun.js';

/** Failures in a row after which training does not go on unsaved. */
const FAILURES = 3;
/** The name under which the state of this operator is saved. */
const OWN = 'checkpoint';

/** Decides which steps are saved, writes them one at a time, and goes on from what was written. */
export class CheckpointSaver {
  readonly warn: (error: CheckpointError) => void;
  readonly #directory: string;
  readonly #run: TrainingRun;
  readonly #every: CheckpointInterval;
  readonly #keep: number;
  readonly #best: Best;
  #bestFolder: string | undefined;
  #identity: Promise<RunIdentity> | undefined;
  #known: RunIdentity | undefined;
  #writing: Promise<void> | undefined;
  #failures = 0;
  #failure: CheckpointError | StateError | undefined;
  /** The last step that came, the count of updates with it, and the count that was saved last. */
  #step: (Step & Validated) | undefined;
  #seen = -1;
  #saved = -1;
  /** That of the folder written or read last. */
  #number = -1;
  #timer: NodeJS.Timeout | undefined;
  /** When the writing of the last one was over, and how long it took. */
  #pause = { from: Number.NEGATIVE_INFINITY, for: 0 };
  /** Since the last checkpoint. */
  #examples = 0;
  #epochs = 0;
  readonly #counter = new EpochCounter();
  #time = 0;
  #isBest = false;

  constructor(directory: string, run: TrainingRun, options: CheckpointOptions) {
    expectNames('checkpoint', options, ['every', 'keep', 'best', 'warn']);
    expectNames('checkpoint run', run, ['model', 'optimizer', 'source', 'examples', 'parts', 'about']);
    const { every = { epochs: 1, seconds: 30 }, keep = 3, best = {} } = options;
    expectNames('checkpoint every', every, ['examples', 'seconds', 'epochs']);
    for (const [name, value] of Object.entries(every)) {
      if (typeof value === 'number' && value > 0) continue;
      throw new OptionError(
        `checkpoint every.${name}: expected a number above 0, got ${value}; give such a number`,
      );
    }
    if (!(Number.isSafeInteger(keep) && keep > 0)) {
      throw new OptionError(`checkpoint keep: expected a positive integer, got ${keep}; give one, as 3`);
    }
    for (const name of ['optimizer', OWN]) {
      if (!Object.hasOwn(run.parts ?? {}, name)) continue;
      throw new OptionError(`checkpoint parts: expected other names than '${name}'; rename the part`);
    }
    this.#directory = directory;
    this.#run = run;
    this.#every = every;
    this.#keep = keep;
    this.#best = new Best('checkpoint best', best, (options) => `best: { ${options} }`);
    this.warn =
      options.warn ?? ((error) => process.emitWarning(error.message, { type: 'CheckpointWarning' }));
  }

  /** What training must not go on after. */
  get failure(): CheckpointError | StateError | undefined {
    return this.#failure;
  }

  begin(): void {
    this.#time = performance.now();
    if (this.#number < 0) this.#expectNone();
    this.#identity ??= runIdentity(this.#run);
    this.#identity.then(
      (identity) => {
        this.#known = identity;
      },
      // The source tells of it itself, or `finish` does.
      () => undefined,
    );
  }

  /** What is learned from here on would take the place of what is there, or be taken for older than it. */
  #expectNone(): void {
    this.#writing = listCheckpoints(this.#directory)
      .then(
        (folders) => {
          if (folders.length === 0 || this.#number >= 0) return;
          this.#failure = new StateError(
            `checkpoint ${this.#directory}: expected resume() before the first step, as there are checkpoints already; call it, or name another directory`,
          );
        },
        // What cannot be listed is told of when it is written to.
        () => undefined,
      )
      .finally(() => {
        this.#writing = undefined;
      });
  }

  see(step: Step & Validated): void {
    this.#step = step;
    this.#seen = this.#updates();
    this.#examples += step.size;
    if (step.position !== undefined) this.#epochs += this.#counter.advance(step.position);
    if (step.validation !== undefined && this.#hasBest(step.validation)) this.#isBest = true;
    if (this.#writing === undefined && this.#known !== undefined && this.#isDue())
      this.#save(step, this.#known);
    else this.#saveWhenQuiet();
  }

  /** Saves the last step. */
  async finish(): Promise<void> {
    this.end();
    const identity = await this.#identity;
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
    const [step, updates] = [this.#step, this.#updates()];
    if (step === undefined || identity === undefined || updates === this.#saved) return;
    // A step that was held back above, as by a validation that was broken off, has changed the model already.
    if (updates === this.#seen) await this.#write(step, identity);
  }

  /** Saves nothing any more but what is being written. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async resume(options: ResumeOptions = {}): Promise<Position | undefined> {
    expectNames('checkpoint resume', options, ['appended']);
    const { definitions } = this.#run.model;
    const loaded = await newestCheckpoint(this.#directory, { definitions, restoreEncoder }, this.warn);
    if (loaded === undefined) return undefined;
    const before = loaded.about.field('run').value as RunIdentity;
    const now = await runIdentity(this.#run);
    this.#identity = Promise.resolve(now);
    this.#known = now;
    const hasGrown = await expectSameExamples(this.#run, before, now, options.appended === true);
    restoreParts(this.#run, loaded, [OWN]);
    this.#restoreOwn(loaded.saved.get(OWN));
    this.#saved = this.#updates();
    this.#number = Number(basename(loaded.folder).slice('step-'.length));
    const position = loaded.position as Position | undefined;
    this.#counter.epoch = position?.epoch;
    const isShuffled = (this.#run.examples?.shuffle ?? false) !== false;
    return position && hasGrown && isShuffled ? { epoch: position.epoch, row: 0 } : position;
  }

  #updates(): number {
    return optimizerState(this.#run.optimizer, this.#run.model).step;
  }

  #hasBest(validation: Readonly<Record<string, unknown>>): boolean {
    const isNamed = typeof validation[this.#best.options.metric] === 'number';
    return isNamed && this.#best.isBeatenBy(validation);
  }

  #isDue(): boolean {
    const { examples = Infinity, seconds = Infinity, epochs = Infinity } = this.#every;
    const isDue =
      this.#isBest ||
      this.#examples >= examples ||
      this.#epochs >= epochs ||
      (seconds < Infinity && performance.now() - this.#time >= seconds * 1000);
    return isDue && performance.now() - this.#pause.from >= this.#pause.for;
  }

  /** Saves when it is time though no step comes, as where events pause. */
  #saveWhenQuiet(): void {
    const { seconds } = this.#every;
    if (seconds === undefined || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#time + seconds * 1000 - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const updates = this.#updates();
      // Where a step is on its way, as one that waits for its validation, it will come here and be saved then.
      if (updates === this.#saved || updates !== this.#seen || this.#step === undefined) return;
      if (this.#writing === undefined && this.#known !== undefined && this.#isDue())
        this.#save(this.#step, this.#known);
      else this.#saveWhenQuiet();
    }, wait).unref();
  }

  #save(step: Step, identity: RunIdentity): void {
    this.end();
    const start = performance.now();
    this.#writing = this.#write(step, identity)
      .then(
        () => {
          this.#failures = 0;
        },
        (error: CheckpointError) => {
          this.#failures++;
          if (this.#failures < FAILURES) this.warn(error);
          else this.#failure = error;
        },
      )
      .finally(() => {
        const from = performance.now();
        this.#pause = { from, for: from - start };
        this.#writing = undefined;
      });
  }

  /** Copies what there is before it answers; the promise is for the writing. */
  #write(step: Step, identity: RunIdentity): Promise<void> {
    const updates = this.#updates();
    this.#number = Math.max(updates, this.#number + 1);
    const folder = checkpointFolder(this.#directory, this.#number);
    if (this.#isBest) this.#bestFolder = basename(folder);
    this.#examples = 0;
    this.#epochs = 0;
    this.#time = performance.now();
    this.#isBest = false;
    const writing = saveTraining(folder, this.#run.model, {
      saved: { ...saveParts(this.#run), [OWN]: this.#saveOwn() },
      position: step.position as Json,
      about: { ...this.#run.about, run: identity },
    });
    return writing.then(async () => {
      this.#saved = updates;
      await pruneCheckpoints(this.#directory, this.#keep, this.#bestFolder);
    });
  }

  #saveOwn(): Saved {
    return {
      kind: OWN,
      options: { ...this.#best.options, folder: this.#bestFolder ?? null },
      tensors: this.#best.save(),
    };
  }

  #restoreOwn(saved: Saved | undefined): void {
    if (saved === undefined) return;
    const { folder, ...options } = withModeAndDelta(saved).options;
    // Another figure has another best.
    if (JSON.stringify(options) !== JSON.stringify(this.#best.options)) return;
    this.#best.restore(saved.tensors);
    this.#bestFolder = typeof folder === 'string' ? folder : undefined;
  }
}
