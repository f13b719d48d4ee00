import autocannon from 'autocannon';

/** What is asked for, over ten connections. */
export interface LoadRequest {
  readonly url: string;
  /** Rows, one a request, as JSON. */
  readonly rows: readonly string[];
  readonly seconds: number;
  /** Requests a second; absent for as many as are answered. */
  readonly perSecond?: number | undefined;
}

/** What clients met who asked for predictions. */
export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Requests that were not answered, or refused. */
  readonly failures: number;
}

/** Asks for predictions of one row each. */
export async function askForPredictions({ url, rows, seconds, perSecond }: LoadRequest): Promise<Load> {
  const { requests, latency, errors, non2xx } = await autocannon({
    url: `${url}/predict`,
    connections: 10,
    duration: seconds,
    // It would count an answer after 50 ms as one for each of these milliseconds.
    ...(perSecond !== undefined && { overallRate: perSecond, ignoreCoordinatedOmission: true }),
    requests: rows.map((body) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })),
  });
  const { p50, p99, max: most } = latency;
  return { perSecond: requests.average, p50, p99, most, failures: errors + non2xx };
}
