import { markdownTable } from '../pages/markdownTable.js';

/** What was measured of a kernel: processor seconds of a call by the name of the implementation. */
export interface KernelFigures {
  readonly title: string;
  readonly flops: number;
  readonly bytes: number;
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * GFLOP/s and GB/s of each implementation in one row, and how many times as fast as BLAS the first is; only columns in
 * which there is something.
 */
export function kernelTable(figures: readonly KernelFigures[], implementations: readonly string[]): string {
  const present = implementations.filter((name) => figures.some(({ seconds }) => name in seconds));
  const [first] = present;
  const compared = first !== undefined && first !== 'BLAS' && present.includes('BLAS');
  const rate = (amount: number, seconds: number | undefined): string | undefined =>
    seconds === undefined ? undefined : (amount / seconds / 1e9).toFixed(1);
  return markdownTable(
    [
      'kernel',
      ...present.map((name) => `${name}, GFLOP/s`),
      ...present.map((name) => `${name}, GB/s`),
      ...(compared ? [`${first} : BLAS`] : []),
    ],
    figures.map(({ title, flops, bytes, seconds }) => [
      title,
      ...present.map((name) => rate(flops, seconds[name])),
      ...present.map((name) => rate(bytes, seconds[name])),
      ...(compared ? [quotient(seconds.BLAS, seconds[first])] : []),
    ]),
  );
}

function quotient(theirs: number | undefined, ours: number | undefined): string | undefined {
  return theirs === undefined || ours === undefined ? undefined : `${(theirs / ours).toFixed(2)}×`;
}
