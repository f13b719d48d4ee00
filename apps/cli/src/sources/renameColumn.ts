import type { Source } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import { Field, Schema } from 'apache-arrow';
import { changedSource } from './changedSource.js';

/**
 * A source in which a column has another name; a column that has had that name is hidden.
 *
 * @throws {DataError} by `open`, when there is no such column.
 */
export function renameColumn(source: Source, from: string, to: string): Source {
  return {
    ...source,
    async open(signal) {
      const open = await source.open(signal);
      const { fields } = open.schema;
      if (!fields.some(({ name }) => name === from)) {
        await open.close();
        const names = fields.map(({ name }) => `'${name}'`).join(', ');
        throw new DataError(`expected one of the columns ${names}; name one of these`, {
          file: source.name,
          column: from,
        });
      }
      const renamed = fields.map((field) => {
        const name = field.name === from ? to : field.name === to ? `${to} (hidden)` : field.name;
        return name === field.name ? field : new Field(name, field.type, field.nullable, field.metadata);
      });
      return changedSource(open, { schema: new Schema(renamed) });
    },
  };
}
