import { expectNames, OptionError } from '@fluxion/tensor';
import { calendarEncoding } from './calendar.js';
import type { EncodingDefinition, EncodingDescription } from './encoding.js';
import { hashedEncoding } from './hashed.js';
import { indicesEncoding } from './indices.js';
import { minMaxEncoding } from './minMax.js';
import { numberEncoding } from './number.js';
import { oneHotEncoding } from './oneHot.js';
import { quantileEncoding } from './quantile.js';
import { setEncoding } from './set.js';
import { standardizeEncoding } from './standardize.js';
import { logEncoding, symlogEncoding } from './symlog.js';
import { tokensEncoding } from './tokens.js';
import { vectorEncoding } from './vector.js';
import { wordsEncoding } from './words.js';

/** All encodings by kind. */
export const encodings: Readonly<Record<string, EncodingDefinition>> = {
  standardize: standardizeEncoding,
  minMax: minMaxEncoding,
  quantile: quantileEncoding,
  symlog: symlogEncoding,
  log: logEncoding,
  number: numberEncoding,
  oneHot: oneHotEncoding,
  indices: indicesEncoding,
  hashed: hashedEncoding,
  tokens: tokensEncoding,
  set: setEncoding,
  calendar: calendarEncoding,
  vector: vectorEncoding,
  words: wordsEncoding,
} satisfies Record<string, unknown> as unknown as Readonly<Record<string, EncodingDefinition>>;

/** The definition of an encoding that has been checked. */
export function definitionOf({ kind }: EncodingDescription): EncodingDefinition {
  return encodings[kind] as EncodingDefinition;
}

/**
 * Looks at a description that came from outside.
 *
 * @param where the option, as `fitEncoder columns.age`
 * @throws {OptionError} when there is none of its kind, or it has an option that cannot be.
 */
export function expectEncoding(description: EncodingDescription, where: string): void {
  const kind: unknown = description?.kind;
  const definition = typeof kind === 'string' && Object.hasOwn(encodings, kind) ? encodings[kind] : undefined;
  if (kind === 'embedding') {
    throw new OptionError(
      `${where}: expected an encoding, got the box embedding; name the column indices(), and let the box read it`,
    );
  }
  if (definition === undefined) {
    throw new OptionError(
      `${where}: expected an encoding (${Object.keys(encodings).join(', ')}), got ${JSON.stringify(description)}; give one, as standardize()`,
    );
  }
  expectNames(where, description, ['kind', ...Object.keys(definition.options)]);
  for (const [name, value] of Object.entries(description)) {
    const rule = definition.options[name];
    if (rule === undefined || value === undefined || rule.allows(value)) continue;
    throw new OptionError(
      `${where} ${name}: expected ${rule.expected}, got ${JSON.stringify(value)}; give that, or leave it out`,
    );
  }
}
