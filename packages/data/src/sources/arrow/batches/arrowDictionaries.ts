import { type Schema, Vector } from 'apache-arrow';
import { UnreadableError } from '../../withPlace.js';
import type { ArrowMessage } from '../metadata/arrowMessage.js';
import { isString } from '../strings/isString.js';
import { arrowBatch } from './arrowBatch.js';
import { bodyReader } from './bodyReader.js';
import { columnData } from './columnData.js';
import { columnLayouts } from './columnLayout.js';

/** The dictionaries of a stream or file, by id, as far as they have been read. */
export class ArrowDictionaries {
  readonly #vectors = new Map<number, Vector>();
  readonly #schema: Schema;
  readonly #replaceable: boolean;

  /** @param replaceable whether a dictionary may be sent again, as a stream can; a file can only add to one. */
  constructor(schema: Schema, replaceable: boolean) {
    this.#schema = schema;
    this.#replaceable = replaceable;
  }

  get(id: number): Vector | undefined {
    return this.#vectors.get(id);
  }

  /** Takes in a dictionary message. Dictionaries of other things than strings are passed over. */
  async add(message: ArrowMessage, body: Uint8Array): Promise<void> {
    const id = message.header.int64(0);
    const header = message.header.table(1);
    const isDelta = message.header.uint8(2) !== 0;
    const type = this.#schema.dictionaries.get(id);
    if (type === undefined || header === undefined) {
      throw new UnreadableError(
        `expected a dictionary of one of its columns, got id ${id}; write the data again`,
      );
    }
    if (!isString(type)) return;

    const batch = arrowBatch(header, message.bodyLength);
    const [layout] = columnLayouts(batch, [type], message.version);
    if (layout === undefined) return;
    const data = await columnData(
      layout,
      0,
      layout.node.length,
      bodyReader(body, 0, batch.codec),
      () => undefined,
    );
    const known = this.#vectors.get(id);
    if (isDelta && known === undefined) {
      throw new UnreadableError(`expected dictionary ${id} before its addition; write the data again`);
    }
    if (!isDelta && known !== undefined && !this.#replaceable) {
      throw new UnreadableError(`expected one dictionary ${id} in a file, got another; write the data again`);
    }
    const added = new Vector([data]);
    this.#vectors.set(id, isDelta && known !== undefined ? known.concat(added) : added);
  }
}
