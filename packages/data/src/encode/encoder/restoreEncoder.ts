import { CheckpointError, elements, expectObject, type Json, type Saved } from '@fluxion/tensor';
import type { NumberFormat } from '../cells/numberFormat.js';
import type { ColumnMemory, EncodingDescription } from '../encodings/encoding.js';
import { definitionOf, expectEncoding } from '../encodings/encodings.js';
import { formatRule } from '../encodings/numericColumn.js';
import { Encoder, type LeftOutColumn, type PlannedColumn } from './encoder.js';
import type { Target } from './target.js';
import type { RowWeight } from './weightEncoder.js';

/**
 * The encoder that was saved: it encodes every row to the same bits.
 *
 * @throws {CheckpointError} when it was not an encoder that was saved, or its description is damaged; {OptionError} when an
 *   encoding is unknown.
 * @example
 * const encoder = await fitEncoder(source, { target: 'income' });
 * const same = restoreEncoder(encoder.save());
 */
export function restoreEncoder(saved: Saved): Encoder {
  const { kind, options, tensors } = expectObject(
    'restoreEncoder',
    saved,
    'what an encoder saved',
    [],
    'give encoder.save()',
  );
  if (kind !== 'encoder') {
    throw new CheckpointError(`encoder: expected kind 'encoder', got '${kind}'; give what an encoder saved`);
  }
  const columns = listOf(options.columns, 'columns').map((entry, i): PlannedColumn => {
    const encoding = withNewNames(entry.encoding as unknown as SavedEncoding);
    const column = textOf(entry.column, `columns ${i} column`);
    expectEncoding(encoding, `encoder column '${column}'`);
    const definition = definitionOf(encoding);
    const memory: ColumnMemory = Object.fromEntries(
      [...tensors]
        .filter(([name]) => name.startsWith(`${i}.`))
        .map(([name, tensor]) => [name.slice(`${i}.`.length), Float64Array.from(elements(tensor))]),
    );
    const state = definition.start(encoding, memory);
    state.settle();
    return {
      column,
      reader: definition.reader(encoding),
      state,
      why: textOf(entry.why, `columns ${i} why`),
    };
  });
  const targets = listOf(options.targets, 'targets').map(targetOf);
  const leftOut = listOf(options.leftOut, 'leftOut').map(
    (entry, i): LeftOutColumn => ({
      column: textOf(entry.column, `leftOut ${i} column`),
      why: textOf(entry.why, `leftOut ${i} why`),
    }),
  );
  const { untargeted = 0 } = options;
  if (typeof untargeted !== 'number') return damaged('untargeted', 'a number of rows', untargeted);
  return new Encoder(columns, targets, leftOut, { untargeted, weight: weightOf(options.weight) });
}

type SavedEncoding = EncodingDescription & { readonly most?: Json; readonly least?: Json };

/** An encoding by the names that its options have now: once `most` was the most words, and `least` how often they come. */
function withNewNames(saved: SavedEncoding): EncodingDescription {
  const { most, least, ...encoding } = saved ?? {};
  if (most === undefined || encoding.kind === 'hashed') return encoding;
  if (encoding.kind === 'tokens') return { ...encoding, maxWords: most } as EncodingDescription;
  return { ...encoding, maxCategories: most, minCount: least } as EncodingDescription;
}

type Entry = { readonly [name: string]: Json };

function targetOf(entry: Entry, i: number): Target {
  const column = textOf(entry.column, `targets ${i} column`);
  const { kind, classes, mean, deviation, isLog, isSkewed, format } = entry;
  if (kind === 'classes' && Array.isArray(classes)) {
    return { kind, column, classes: classes.map((name) => textOf(name, `targets ${i} classes`)) };
  }
  if (kind === 'number' && Number.isFinite(mean) && Number.isFinite(deviation)) {
    return {
      kind,
      column,
      mean: mean as number,
      deviation: deviation as number,
      ...(isLog === true && { isLog }),
      ...(isSkewed === true && { isSkewed }),
      ...(format !== undefined && { format: formatOf(format, `targets ${i} format`) }),
    };
  }
  return damaged(`targets ${i}`, 'classes by name, or a number with mean and deviation', entry);
}

function weightOf(entry: Json | undefined): RowWeight | undefined {
  if (entry === undefined) return undefined;
  const { column, mean } = typeof entry === 'object' && entry !== null ? (entry as Entry) : {};
  if (typeof mean === 'number' && mean > 0 && Number.isFinite(mean)) {
    return { column: textOf(column, 'weight column'), mean };
  }
  return damaged('weight', 'a column with its mean', entry);
}

function formatOf(format: Json, where: string): NumberFormat {
  return formatRule.allows(format) ? (format as NumberFormat) : damaged(where, formatRule.expected, format);
}

function listOf(value: Json | undefined, where: string): readonly Entry[] {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'object' && entry !== null))
    return value;
  return damaged(where, 'a list of objects', value);
}

function textOf(value: Json | undefined, where: string): string {
  return typeof value === 'string' ? value : damaged(where, 'a text', value);
}

function damaged(where: string, expected: string, value: Json | undefined): never {
  throw new CheckpointError(
    `encoder ${where}: expected ${expected}, got ${JSON.stringify(value)}; save the model again`,
  );
}
