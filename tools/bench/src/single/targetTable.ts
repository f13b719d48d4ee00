import { type Cell, type Measured, measuredOf } from '../measuring/cell.js';
import { median } from '../measuring/median.js';
import { ratioOf, times } from '../measuring/ratio.js';
import { markdownTable } from '../pages/markdownTable.js';
import {
  BLAS,
  BLAS_2_THREADS,
  BLOCKED,
  BLOCKED_2_THREADS,
  BY_HAND,
  DEEP,
  GEMV,
  LOOPS,
  momentumName,
  ONE_BY_ONE,
  PICTURES,
  TABLE,
  WASM,
} from './columns.js';

/** Somebody on a workload. */
type Place = readonly [contender: string, workload: string];

/** The programs in C of one thread, of which the fastest is what a machine allows. */
const NATIVE: readonly string[] = [LOOPS, GEMV, BLOCKED];
/** Whichever of them is the fastest on a workload. */
const FASTEST = 'the fastest in C';

/** That one is so many times as fast as another. */
interface Target {
  readonly work: string;
  readonly ours: Place;
  readonly theirs: Place;
  readonly atLeast: number;
  /** What this machine may forbid: the same ratio, for C. */
  readonly limit?: Quotient;
}

type Quotient = readonly [above: Place, below: Place];

/** Of the limit that a machine sets, where that lies below a target. */
const OF_THE_LIMIT = 0.85;
const [FASHION, CENTRED, MNIST] = PICTURES;

function beside(ours: string, workload: string, rival: string, atLeast: number, name = rival): Target {
  const theirs: Place = [rival, workload];
  return {
    work: `${ours}, ${workload}: times as fast as ${name}`,
    ours: [ours, workload],
    theirs,
    atLeast,
    // Our WebAssembly beside itself has no such limit.
    ...(ours === WASM && rival === ONE_BY_ONE ? {} : { limit: [[FASTEST, workload], theirs] as const }),
  };
}

function withMomentum(ours: string, workload: string): Target {
  return {
    work: `${ours}, ${workload}: with momentum, of plain SGD`,
    ours: [ours, momentumName(workload)],
    theirs: [ours, workload],
    atLeast: 0.75,
    limit: [
      [FASTEST, momentumName(workload)],
      [FASTEST, workload],
    ],
  };
}

function onTwoCores(workload: string): Target {
  return {
    work: `fluxion blas, ${workload}: two threads, of one`,
    ours: [BLAS_2_THREADS, workload],
    theirs: [BLAS, workload],
    atLeast: 1.4,
    limit: [
      [BLOCKED_2_THREADS, workload],
      [BLOCKED, workload],
    ],
  };
}

const targets: readonly Target[] = [
  beside(BLAS, FASHION, LOOPS, 1.3),
  beside(BLAS, FASHION, GEMV, 2.2),
  beside(BLAS, FASHION, BY_HAND, 6.5),
  beside(BLAS, FASHION, BLOCKED, 0.85),
  beside(BLAS, CENTRED, LOOPS, 2.1),
  beside(BLAS, CENTRED, GEMV, 2.2),
  beside(BLAS, CENTRED, BLOCKED, 0.8),
  beside(WASM, CENTRED, LOOPS, 0.75),
  beside(WASM, CENTRED, ONE_BY_ONE, 1.35),
  beside(WASM, FASHION, ONE_BY_ONE, 1.05),
  beside(WASM, MNIST, ONE_BY_ONE, 1),
  withMomentum(BLAS, FASHION),
  withMomentum(BLAS, CENTRED),
  withMomentum(WASM, CENTRED),
  withMomentum(WASM, FASHION),
  withMomentum(WASM, MNIST),
  beside(BLAS, DEEP, ONE_BY_ONE, 2),
  beside(WASM, TABLE, ONE_BY_ONE, 1),
  onTwoCores(FASHION),
  onTwoCores(CENTRED),
];

/**
 * The targets, beside what was measured: each ratio is at least what is said, or 85 % of what the fastest program in C reaches
 * on this machine where that is less. Only what was measured; empty where nothing was.
 */
export function targetTable(cells: readonly Cell[]): string {
  const quotient = ([above, below]: Quotient): ReturnType<typeof ratioOf> | undefined => {
    const [high, low] = [at(cells, above), at(cells, below)];
    return high && low && ratioOf(high, low);
  };
  const rows = targets.flatMap(({ work, ours, theirs, atLeast, limit }) => {
    const found = quotient([ours, theirs]);
    if (found === undefined) return [];
    const most = limit && quotient(limit)?.median;
    const wanted = most !== undefined && most < atLeast ? OF_THE_LIMIT * most : atLeast;
    const share = most === undefined ? '' : `, ${Math.round((100 * found.median) / most)} % of the limit`;
    return [
      [
        work,
        short(atLeast),
        most === undefined ? undefined : short(most),
        short(wanted),
        times(found),
        rounded(found.median) >= rounded(wanted) ? 'met' : `not met${share}`,
      ],
    ];
  });
  const headings = ['work', 'target', 'C', 'required', 'this run', ''];
  return rows.length === 0 ? '' : markdownTable(headings, rows);
}

function at(cells: readonly Cell[], [contender, workload]: Place): Measured | undefined {
  if (contender !== FASTEST) return measuredOf(cells, contender, workload);
  const speed = ({ examplesPerSecond }: Measured): number => median(examplesPerSecond);
  return NATIVE.flatMap((name) => measuredOf(cells, name, workload) ?? [])
    .sort((a, b) => speed(b) - speed(a))
    .at(0);
}

function short(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

/** As it is shown. */
function rounded(ratio: number): number {
  return Number(ratio.toFixed(2));
}
