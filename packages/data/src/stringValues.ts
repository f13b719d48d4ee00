import type { Data } from 'apache-arrow';

/** The strings of a column of plain strings. */
export function stringValues(data: Data): string[] {
  const offsets: Int32Array | BigInt64Array = data.valueOffsets;
  const values: Uint8Array = data.values;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: data.length }, (_, i) =>
    bytes.toString('utf8', Number(offsets[i]), Number(offsets[i + 1])),
  );
}
