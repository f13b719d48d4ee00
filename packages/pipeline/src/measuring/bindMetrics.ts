import type { Examples } from '@fluxion/data';
import { type FlowGraph, type Link, type Losses, objective, type Tape } from '@fluxion/graph';
import type { Metric } from '@fluxion/metrics';
import type { Metrics, Observation } from './modelMetric.js';
import { ofOutput } from './ofOutput.js';

/** A metric that has been bound to a model. */
export interface BoundMetric {
  readonly name: string;
  readonly metric: Metric<unknown>;
  observe(tape: Tape, examples: Examples): Observation;
}

/**
 * Binds metrics to a model: those of classes to the probabilities that the losses among them make of the outputs.
 *
 * @throws {OptionError} or {ShapeError} when one does not fit the model.
 */
export function bindMetrics(model: FlowGraph, metrics: Metrics): readonly BoundMetric[] {
  const main = model.outputs[0] as string;
  const measured = Object.entries(metrics).map(
    ([name, metric]) => [name, 'bind' in metric ? metric : ofOutput(main, metric)] as const,
  );
  const links: Record<string, Link> = {};
  for (const [, { loss }] of measured) Object.assign(links, loss && linksOf(model, loss));
  return measured.map(([name, { metric, bind }]) => ({ name, metric, observe: bind(model, links) }));
}

function linksOf(model: FlowGraph, loss: Losses): Record<string, Link> {
  return Object.fromEntries(
    [...objective(model, loss).losses].map(([output, { link }]) => [output, link] as const),
  );
}
