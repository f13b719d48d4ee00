/** What an exchange costs: `latency + bytes / bandwidth`, in seconds and bytes a second. */
export interface Line {
  readonly latency: number;
  readonly bandwidth: number;
}

/** The line that is nearest to measured times, each by its own size: Σ ((t − latency − bytes/bandwidth) / t)² is least. */
export function fitLine(points: readonly { readonly bytes: number; readonly seconds: number }[]): Line {
  let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
  for (const { bytes, seconds } of points) {
    const weight = 1 / seconds ** 2;
    w += weight;
    wx += weight * bytes;
    wxx += weight * bytes ** 2;
    wy += weight * seconds;
    wxy += weight * bytes * seconds;
  }
  const slope = (w * wxy - wx * wy) / (w * wxx - wx ** 2);
  return { latency: (wy - slope * wx) / w, bandwidth: 1 / slope };
}

/**
 * Seconds of an allreduce of so many bytes over R machines, by halving and doubling: 2·log₂R messages, and 2·(R − 1)/R of the bytes
 * over each machine's wire.
 *
 * @see Thakur, Rabenseifner, Gropp, "Optimization of collective communication operations in MPICH", IJHPCA 19, 2005.
 */
export function allreduceSeconds(machines: number, bytes: number, { latency, bandwidth }: Line): number {
  if (machines === 1) return 0;
  return 2 * Math.ceil(Math.log2(machines)) * latency + (2 * (machines - 1) * bytes) / (machines * bandwidth);
}
