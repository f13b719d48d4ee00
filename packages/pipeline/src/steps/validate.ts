import type { Position } from '@fluxion/data';
import { FlowGraph } from '@fluxion/graph';
import { expectNames, OptionError, type Saved, StateError, tensor } from '@fluxion/tensor';
import { Observable, type OperatorFunction, Subject, takeUntil, tap } from 'rxjs';
import { inTraining } from '../divergenceError.js';
import { extendStep } from '../extendStep.js';
import { type EvaluateOptions, evaluate } from '../measuring/evaluate.js';
import { type ExamplesInput, examplesOf, expectExamples } from '../measuring/examplesOf.js';
import type { Figures, Metrics } from '../measuring/modelMetric.js';
import type { Step } from '../messages.js';
import { holdSource, SourceTurn } from '../sourceTurn.js';
import { EpochCounter } from './epochCounter.js';
import { expectSameOptions } from './expectSameOptions.js';

/** When a model is validated. */
export interface ValidateOptions extends EvaluateOptions {
  /**
   * After so many examples each time, those of other shards included. By default at the end of each epoch, as the steps' positions
   * tell it: where no step ends with an epoch, as after `accumulate`, after the first step of the next
   * one. A last epoch that no step ends with is not measured.
   */
  readonly every?: number;
}

/** A step, with the figures of the model as this step left it where it was validated. */
export type ValidatedStep<M extends Metrics> = Step & { readonly validation?: Figures<M> };

/** What validates, and how long ago it last did. */
export interface Validate<M extends Metrics> extends OperatorFunction<Step, ValidatedStep<M>> {
  save(): Saved;
  /** @throws {OptionError} when something else was saved, or under other options. */
  restore(saved: Saved): void;
}

/**
 * Measures the model on other examples now and then, and adds the figures to the step after which it was measured, as
 * `validation`. The other steps pass as they are.
 *
 * Training waits meanwhile: the source is held back, and goes on when the step with its figures has been had by everybody
 * below. So whatever stands there, as `keepBest`, `earlyStop` or a checkpoint, finds the model as it was measured. That
 * takes a source that can wait, as `examples`, and no operator between it and this one that delays.
 *
 * @param model what to measure. Default: the model of the steps
 * @param source what to measure on: a stream that is subscribed to each time, so it must be one that starts over; or rows, as
 *   `csvFile('held.csv')`, where the model has an encoder, which makes examples of them
 * @throws {OptionError} when the source is neither, there are no metrics, or `every` is not a positive integer; as the stream's error
 *   {OptionError} when rows are given and the model has no encoder, {StateError} when the steps' source cannot wait, the steps have no model, or no position to tell an epoch's end by, or
 *   there is nothing to measure on, {DivergenceError} when a prediction is not finite, and what `evaluate` throws else.
 * @example
 * const validation = examples(arrowFile('validation.arrow'), { ...options, batchSize: 256 });
 * examples(source, { ...options, epochs: 20, shuffle: true })
 *   .pipe(
 *     train(model, { loss: softmaxCrossEntropy(), optimizer: adam() }),
 *     validate(validation, { loss: meanLoss(softmaxCrossEntropy()), accuracy: accuracy() }),
 *   )
 *   .forEach(({ example, validation }) => {
 *     if (validation !== undefined) console.log(example, validation.loss, validation.accuracy);
 *   });
 */
export function validate<M extends Metrics>(
  source: ExamplesInput,
  metrics: M,
  options?: ValidateOptions,
): Validate<M>;
export function validate<M extends Metrics>(
  model: FlowGraph,
  source: ExamplesInput,
  metrics: M,
  options?: ValidateOptions,
): Validate<M>;
export function validate<M extends Metrics>(...given: readonly unknown[]): Validate<M> {
  const [model, source, metrics, options = {}] = (
    given[0] instanceof FlowGraph ? given : [undefined, ...given]
  ) as ModelFirst<M>;
  if (model === undefined) expectExamples('validate', source);
  else examplesOf('validate', source, model);
  if (typeof metrics !== 'object' || metrics === null) {
    throw new OptionError(
      `validate metrics: expected metrics by name, got ${typeof metrics}; give them, as { accuracy: accuracy() }`,
    );
  }
  expectNames('validate', options, ['every', 'merge']);
  const { every, merge } = options;
  if (every !== undefined && !(Number.isSafeInteger(every) && every > 0)) {
    throw new OptionError(`validate every: expected a positive integer, got ${every}; give one, as 10000`);
  }
  let since = 0;
  const counter = new EpochCounter();
  const isDue = (step: Step): boolean => {
    if (every === undefined) return counter.advance(positionOf(step)) > 0;
    since += step.total ?? step.size;
    if (since < every) return false;
    since %= every;
    return true;
  };
  const operator: OperatorFunction<Step, ValidatedStep<M>> = (steps) =>
    new Observable((subscriber) => {
      const unsubscribed = new Subject<void>();
      subscriber.add(() => unsubscribed.next());
      const turn = new SourceTurn();
      let underWay: Promise<void> | undefined;

      let isFirst = true;
      const measure = async (step: Step): Promise<void> => {
        let size = 0;
        const measured = model ?? modelOf(step);
        const counted = examplesOf('validate', source, measured).pipe(
          takeUntil(unsubscribed),
          tap((examples) => {
            size += examples.size;
          }),
        );
        const validation = await evaluate(measured, counted, metrics, { merge });
        if (subscriber.closed) return;
        // A shard may have none.
        if (size === 0 && merge === undefined) {
          throw new StateError(
            'validate source: expected examples each time, got none; give one that starts over with each subscription, and has rows',
          );
        }
        await turn.push(() => subscriber.next(extendStep(step, { validation })));
        underWay = undefined;
      };
      steps.pipe(takeUntil(unsubscribed)).subscribe({
        next(step) {
          try {
            // Rows that the model cannot take are refused before an epoch is trained, not after it.
            if (isFirst && model === undefined && step.model !== undefined)
              examplesOf('validate', source, step.model);
            isFirst = false;
            if (underWay !== undefined) {
              throw new StateError(
                'validate: expected the source to wait while the model is measured, got another step; let all steps come from one source that can wait, as examples()',
              );
            }
            if (!isDue(step)) subscriber.next(step);
            else {
              underWay = measure(step).catch((error: unknown) =>
                subscriber.error(inTraining('validate', error, step.example)),
              );
              holdSource('validate', underWay);
            }
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error) => subscriber.error(error),
        // A `take` before this ends the stream in the middle of the measuring that its last step began.
        complete: () => {
          if (underWay === undefined) subscriber.complete();
          else underWay.then(() => subscriber.complete());
        },
      });
    });
  const save = (): Saved => ({
    kind: 'validate',
    options: { every: every ?? null },
    tensors: new Map([
      ['since', tensor([since])],
      ...(counter.epoch === undefined ? [] : [['epoch', tensor([counter.epoch])] as const]),
    ]),
  });
  return Object.assign(operator, {
    save,
    restore(saved: Saved): void {
      expectSameOptions('validate', save(), saved);
      since = saved.tensors.get('since')?.get(0) ?? 0;
      counter.epoch = saved.tensors.get('epoch')?.get(0);
    },
  });
}

/** What is given, with the model that it may begin with. */
type ModelFirst<M> = [FlowGraph | undefined, ExamplesInput, M, ValidateOptions?];

function modelOf({ model }: Step): FlowGraph {
  if (model !== undefined) return model;
  throw new StateError(
    'validate: expected steps with their model, as update sends them on, got one without; give it first: validate(model, source, metrics)',
  );
}

function positionOf({ position }: Step): Position {
  if (position !== undefined) return position;
  throw new StateError(
    'validate: expected steps with the position of their examples, got one without; say every how many examples to validate',
  );
}
