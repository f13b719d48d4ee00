import { markdownTable } from '../pages/markdownTable.js';
import { allreduceSeconds, type Line } from './costModel.js';

/**
 * Examples a second of all ranks: with minibatches of 128 over all, and of 2. And those of 128 where less is done: each rank by itself;
 * the same, with the gradient written out as for an exchange; and that in step, each waiting for the others, but nothing added up.
 */
export interface Scaling {
  readonly ranks: number;
  readonly minibatches: number;
  readonly pairs: number | undefined;
  readonly apart: number;
  readonly written: number;
  readonly announced: number | undefined;
}

/** Bytes of the parameters of 784-500-10 in float32. */
const BYTES = 4 * (784 * 500 + 500 + 500 * 10 + 10);
/** Networks that are computed with: what they are called, and their line, one way. */
const NETWORKS: readonly (readonly [name: string, line: Line])[] = [
  ['10 Gbit/s', { latency: 30e-6, bandwidth: 10e9 / 8 }],
  ['100 Gbit/s', { latency: 5e-6, bandwidth: 100e9 / 8 }],
];
const MACHINES = [8, 64, 512];

/** What the parts of a step take, computed and measured. */
export function stepsTable(scaling: readonly Scaling[], line: Line): string {
  return markdownTable(
    ['ranks', 'computing', 'writing out', 'waiting', 'exchange', 'computed', 'measured', 'remains'],
    scaling.map((speeds) => {
      const { computing, writing, waiting, exchange } = stepParts(speeds, line);
      const computed = computing + writing + waiting + exchange;
      const measured = 128 / speeds.minibatches;
      return [
        String(speeds.ranks),
        ...[computing, writing, waiting, exchange, computed, measured].map((seconds) => count(1e6 * seconds)),
        percent((measured - computed) / measured),
      ];
    }),
  );
}

/** Seconds of the parts of a step, of 128 examples over all ranks. A rank that is alone writes nothing out, and waits for nobody. */
export function stepParts(
  { ranks, apart, written, announced }: Omit<Scaling, 'minibatches' | 'pairs'>,
  { latency, bandwidth }: Line,
): Readonly<Record<'computing' | 'writing' | 'waiting' | 'exchange', number>> {
  const computing = 128 / apart;
  if (announced === undefined) return { computing, writing: 0, waiting: 0, exchange: 0 };
  return {
    computing,
    writing: 128 / written - computing,
    waiting: 128 / announced - 128 / written,
    exchange: allreduceSeconds(ranks, BYTES, { latency: latency / 2, bandwidth }),
  };
}

/** What is measured of one machine: with minibatches, the fewest ranks first, and by one process after each example. */
interface Machine {
  readonly scaling: readonly Scaling[];
  readonly one: { readonly examplesPerSecond: number };
}

/** What the cost model says of many machines. */
export function machinesTable({ scaling, one }: Machine): string {
  const [alone] = scaling;
  const [own, written] = [alone?.apart ?? Number.NaN, alone?.written ?? Number.NaN];
  return markdownTable(
    ['machines', 'network', '128 each', 'efficiency', 'averaging', 'efficiency'],
    NETWORKS.flatMap(([name, network]) =>
      MACHINES.map((machines) => {
        const exchange = allreduceSeconds(machines, BYTES, network);
        const each = 128 / (128 / written + exchange);
        const apart = 1000 / (1000 / one.examplesPerSecond + exchange);
        return [
          String(machines),
          name,
          count(machines * each),
          percent(each / own),
          count(machines * apart),
          percent(apart / one.examplesPerSecond),
        ];
      }),
    ),
  );
}

export function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.995 ? 0 : 1)} %`;
}
