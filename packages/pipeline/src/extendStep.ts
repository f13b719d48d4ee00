import type { Step } from './messages.js';

/**
 * A step with more to tell. Its model and the examples of all shards are still told to whoever asks, which a copy by `{ ...step }` leaves
 * out.
 *
 * @example
 * examples(source, options)
 *   .pipe(train(model, { loss, optimizer }))
 *   .subscribe((step) => console.log(extendStep(step, { at: Date.now() })));
 */
export function extendStep<S extends Step, More extends object>(step: S, more: More): S & More {
  const { model, total } = step;
  return Object.defineProperties({ ...step, ...more }, { model: { value: model }, total: { value: total } });
}
