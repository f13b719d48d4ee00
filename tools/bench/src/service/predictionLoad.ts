import autocannon from 'autocannon';

/** What clients met who asked for predictions. */
export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/**
 * Asks for predictions of one row, over ten connections.
 *
 * @param perSecond requests; undefined for as many as are answered
 * @throws {Error} when one is not answered, or by an error.
 */
export async function askForPredictions(
  url: string,
  rows: readonly string[],
  seconds: number,
  perSecond?: number,
): Promise<Load> {
  const { requests, latency, errors, non2xx } = await autocannon({
    url: `${url}/predict`,
    connections: 10,
    duration: seconds,
    workers: 1,
    ...(perSecond !== undefined && { overallRate: perSecond }),
    requests: rows.map((body) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })),
  });
  if (errors + non2xx > 0) throw new Error(`POST /predict: ${errors} not answered, ${non2xx} refused`);
  return { perSecond: requests.average, p50: latency.p50, p99: latency.p99, most: latency.max };
}
