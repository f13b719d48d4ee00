import { markdownTable } from '../pages/markdownTable.js';

/** What was measured of a kernel: processor seconds of a call by the name of the implementation. */
export interface KernelFigures {
  readonly title: string;
  readonly flops: number;
  readonly bytes: number;
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * GFLOP/s and GB/s of each implementation in one row, its share of the arithmetic limit, and how many times as fast as BLAS
 * the first is; only columns in which there is something.
 *
 * @param limits operations a second that arithmetic alone comes to, by the name of the implementation
 */
export function kernelTable(
  figures: readonly KernelFigures[],
  implementations: readonly string[],
  limits: Readonly<Record<string, number>> = {},
): string {
  const present = implementations.filter((name) => figures.some(({ seconds }) => name in seconds));
  const [first] = present;
  const limited = present.filter((name) => name in limits);
  const compared = first !== undefined && first !== 'BLAS' && present.includes('BLAS');
  const rate = (amount: number, seconds: number | undefined): string | undefined =>
    seconds === undefined ? undefined : (amount / seconds / 1e9).toFixed(1);
  const share = (flops: number, seconds: number | undefined, limit: number): string | undefined =>
    seconds === undefined ? undefined : `${((100 * flops) / seconds / limit).toFixed(0)} %`;
  return markdownTable(
    [
      'kernel',
      ...present.map((name) => `${name}, GFLOP/s`),
      ...limited.map((name) => `${name}, of the limit`),
      ...present.map((name) => `${name}, GB/s`),
      ...(compared ? [`${first} : BLAS`] : []),
    ],
    figures.map(({ title, flops, bytes, seconds }) => [
      title,
      ...present.map((name) => rate(flops, seconds[name])),
      ...limited.map((name) => share(flops, seconds[name], limits[name] as number)),
      ...present.map((name) => rate(bytes, seconds[name])),
      ...(compared ? [quotient(seconds.BLAS, seconds[first])] : []),
    ]),
  );
}

function quotient(theirs: number | undefined, ours: number | undefined): string | undefined {
  return theirs === undefined || ours === undefined ? undefined : `${(theirs / ours).toFixed(2)}×`;
}
