import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Learner } from '../learning/learner.js';
import type { LearningQueue } from '../learning/learningQueue.js';
import type { OpenPredictions } from '../learning/openPredictions.js';

/** What the gauges are read from. */
export interface Watched {
  readonly version: () => number;
  readonly learner: Learner | undefined;
  readonly queue: LearningQueue | undefined;
  readonly open: OpenPredictions;
}

/** The service's counters, and the text that Prometheus reads. */
export interface Prometheus {
  readonly registry: Registry;
  readonly requests: Histogram<'route' | 'status'>;
  readonly predicted: Counter;
  readonly learned: Counter;
  readonly clipped: Counter;
  readonly refused: Counter<'reason'>;
}

/** Makes the metrics of a service. All names begin with `fluxion_`, but for those of Node itself. */
export function prometheus({ version, learner, queue, open }: Watched): Prometheus {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  gauge('fluxion_version', 'Updates that the served weights have had', version);
  gauge('fluxion_open_predictions', 'Predictions whose label may still come', () => open.size);
  if (learner !== undefined && queue !== undefined) {
    gauge('fluxion_updates', 'Updates that the learning weights have had', () => learner.updates);
    gauge('fluxion_waiting_events', 'Events that wait to be learned from', () => queue.length);
    gauge('fluxion_drifts', 'Changes of the mean loss found since the start', () => learner.drifts.count);
    gauge('fluxion_learning', '1 while the service learns, 0 when it has stopped', () =>
      learner.stopped === undefined ? 1 : 0,
    );
    new Gauge({
      name: 'fluxion_figure',
      help: 'How well events were predicted before they were learned from',
      labelNames: ['figure', 'over', 'model'] as const,
      registers,
      collect() {
        const all = { learning: learner.figures, served: learner.servedFigures };
        for (const [model, figures] of Object.entries(all)) {
          if (figures === undefined || figures.examples === 0) continue;
          for (const over of ['window', 'all'] as const) {
            for (const [figure, value] of Object.entries(figures[over])) {
              this.set({ figure, over, model }, value as number);
            }
          }
        }
      },
    });
  }
  return {
    registry,
    requests: new Histogram({
      name: 'fluxion_request_seconds',
      help: 'Time from a request to the end of its answer',
      labelNames: ['route', 'status'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    predicted: new Counter({ name: 'fluxion_predicted_rows_total', help: 'Rows predicted', registers }),
    learned: new Counter({ name: 'fluxion_learned_events_total', help: 'Events learned from', registers }),
    clipped: new Counter({
      name: 'fluxion_clipped_events_total',
      help: 'Events with numbers beyond the range, learned from at its border',
      registers,
    }),
    refused: new Counter({
      name: 'fluxion_refused_total',
      help: 'Requests, and events of a log, refused, by the name of the error',
      labelNames: ['reason'],
      registers,
    }),
  };
}
