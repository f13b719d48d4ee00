import { DataError } from '@fluxion/tensor';
import { type Data, makeVector } from 'apache-arrow';
import type { OpenSource } from '../source.js';

/** Lists are written down up to so many values. */
const LISTED = 100;

/** What is in a row, by column, to be written down; what cannot be read is left out. */
export async function valuesOf(
  open: OpenSource,
  row: number,
  fields: readonly number[],
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const block = await open.read(row, 1, fields);
    const values = rowOf(
      fields.map((field) => open.schema.fields[field]?.name ?? ''),
      block?.columns ?? [],
      0,
    );
    block?.release?.();
    return values;
  } catch (error) {
    if (error instanceof DataError) return {};
    throw error;
  }
}

/** What is in a row of columns, by their names. */
export function rowOf(
  names: readonly string[],
  columns: readonly Data[],
  row: number,
): Readonly<Record<string, unknown>> {
  // A column may be called __proto__.
  return Object.fromEntries(columns.map((data, i) => [names[i], written(makeVector(data).get(row))]));
}

/** A value as JSON has it: an infinity, which it has not, as text. */
function written(value: unknown): unknown {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
    return String(value);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (!(Symbol.iterator in value)) return String(value);
  const list: unknown[] = [];
  for (const one of value as Iterable<unknown>) {
    if (list.push(written(one)) === LISTED) break;
  }
  return list;
}
