import type { Source } from '@fluxion/data';
import type { Schema } from 'apache-arrow';

/** The columns of a source. */
export async function schemaOf(source: Source, signal?: AbortSignal): Promise<Schema> {
  const open = await source.open(signal);
  await open.close();
  return open.schema;
}
