import { expectObject } from '@fluxion/tensor';
import type { Source } from './source.js';

/**
 * Refuses what is no source of rows, as a path.
 *
 * @throws {OptionError} `fitEncoder source: expected a source, got 'people.csv'; open it, as csvFile('people.csv')`
 */
export function expectSource(where: string, source: Source): Source {
  const path = typeof source === 'string' ? source : 'people.csv';
  return expectObject(`${where} source`, source, 'a source', ['open'], `give one, as csvFile('${path}')`);
}
