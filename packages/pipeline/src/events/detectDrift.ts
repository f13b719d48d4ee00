import type { Drift, DriftDetector } from '@fluxion/metrics';
import { map, type OperatorFunction } from 'rxjs';
import { extendStep } from '../extendStep.js';
import type { Step } from '../messages.js';

/** A step after which the mean of what is watched was found to have changed. */
export type DriftingStep<S extends Step = Step> = S & { readonly drift?: Drift };

/**
 * Watches the loss of each step for a change of its mean, and adds it to the step that shows it, as `drift`. The other steps pass as
 * they are. What is done about it stands below: `raisedRate`, `raceFresh`, or whatever RxJS has.
 *
 * The detector has the state: subscribing again goes on with it, and a checkpoint saves it as one of its parts.
 *
 * @param of what is watched. Default: the loss
 * @throws {DataError} as the stream's error, when it is not finite.
 * @example
 * const detector = adwin();
 * const run = { model, optimizer, parts: { detector } };
 * examples(source, options)
 *   .pipe(train(model, { loss, optimizer }), detectDrift(detector))
 *   .subscribe(({ step, drift }) => drift && console.log(`step ${step}: loss from ${drift.before} to ${drift.after}`));
 */
export function detectDrift<S extends Step>(
  detector: DriftDetector,
  of: (step: S) => number = ({ loss }) => loss,
): OperatorFunction<S, DriftingStep<S>> {
  return map((step) => {
    const drift = detector.add(of(step));
    return drift === undefined ? step : extendStep(step, { drift });
  });
}
