import type { Step } from './messages.js';

/**
 * A step with more to tell. It keeps its `model` and `total`, which a copy by `{ ...step }` would lose.
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
