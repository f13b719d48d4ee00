import { DataType } from 'apache-arrow';
import type { BatchRegion } from './arrowBatch.js';
import { expectEnd } from './bodyReader.js';
import { fixedWidth } from './columnData.js';
import type { ColumnLayout } from './columnLayout.js';

/** Columns of an uncompressed record batch, and its body. */
export interface BatchPart {
  readonly layouts: readonly ColumnLayout[];
  readonly body: Uint8Array;
}

/** Whether batches with such a column can be joined: one of plain values, words or lists of them, as long as it says. */
export function isJoinable({ type, node, children }: ColumnLayout): boolean {
  if (DataType.isFixedSizeList(type)) {
    return children.every((child) => child.node.length === node.length * type.listSize && isJoinable(child));
  }
  return DataType.isBool(type) || DataType.isUtf8(type) || valueWidth(type) !== undefined;
}

/** Bytes that a batch joined of so many bytes may take. */
export function joinedRoom(length: number): number {
  return 2 * length;
}

/**
 * Makes one record batch of several small ones: one of a single row costs as much to decode as one of thousands.
 *
 * @param parts batches with the same columns, all joinable
 * @param memory for its body
 * @throws {Error} when they are damaged: a buffer is shorter than its rows need, or buffers overlap so that the memory does
 *   not suffice.
 */
export function joinBatches(parts: readonly BatchPart[], memory: Uint8Array): BatchPart {
  const writer = new BodyWriter(memory);
  const [first] = parts as readonly [BatchPart];
  const layouts = first.layouts.map(({ type }, column) => {
    const own = parts.map(({ layouts, body }) => ({ layout: layouts[column] as ColumnLayout, body }));
    return joined(type, own, writer);
  });
  return { layouts, body: memory };
}

/** A column of one of the batches. */
interface ColumnPart {
  readonly layout: ColumnLayout;
  readonly body: Uint8Array;
}

function joined(type: DataType, parts: readonly ColumnPart[], writer: BodyWriter): ColumnLayout {
  let [length, nulls] = [0, 0];
  for (const { layout } of parts) {
    const { node } = layout;
    if (node.nulls > node.length) throw new RangeError(`${node.nulls} nulls among ${node.length} values`);
    length += node.length;
    nulls += node.nulls;
  }
  const regions = [nulls === 0 ? { start: 0, length: 0 } : writer.bits(length, parts, 0)];
  const children: ColumnLayout[] = [];
  if (DataType.isBool(type)) regions.push(writer.bits(length, parts, 1));
  else if (DataType.isUtf8(type)) regions.push(...writer.strings(length, parts));
  else if (DataType.isFixedSizeList(type)) {
    const items = parts.map(({ layout, body }) => ({ layout: layout.children[0] as ColumnLayout, body }));
    children.push(joined(type.valueType, items, writer));
  } else regions.push(writer.values(length * (valueWidth(type) as number), parts));
  return { type, node: { length, nulls }, regions, children };
}

function valueWidth(type: DataType): number | undefined {
  return DataType.isDictionary(type) ? fixedWidth(type.indices) : fixedWidth(type);
}

/** The bytes of a part's buffer that its rows need. */
function stored({ layout, body }: ColumnPart, buffer: number, from: number, needed: number): Uint8Array {
  const { start, length } = layout.regions[buffer] ?? { start: 0, length: 0 };
  return body.subarray(start + from, start + expectEnd(length, from, needed));
}

/** Writes buffers one after the other. */
class BodyWriter {
  readonly #memory: Uint8Array;
  #end = 0;

  constructor(memory: Uint8Array) {
    this.#memory = memory;
  }

  /** Bitmaps end to end; one that is not there has ones only. */
  bits(length: number, parts: readonly ColumnPart[], buffer: 0 | 1): BatchRegion {
    const region = this.#take(Math.ceil(length / 8));
    const own = this.#memory.subarray(region.start, region.start + region.length).fill(0);
    let at = 0;
    for (const part of parts) {
      const { length, nulls } = part.layout.node;
      const bits = buffer === 0 && nulls === 0 ? undefined : stored(part, buffer, 0, Math.ceil(length / 8));
      for (let i = 0; i < length; i++, at++) {
        const bit = bits === undefined ? 1 : ((bits[i >> 3] as number) >> (i & 7)) & 1;
        own[at >> 3] = (own[at >> 3] as number) | (bit << (at & 7));
      }
    }
    return region;
  }

  values(length: number, parts: readonly ColumnPart[]): BatchRegion {
    const region = this.#take(length);
    let at = region.start;
    for (const part of parts) {
      const { type, node } = part.layout;
      const bytes = stored(part, 1, 0, node.length * (valueWidth(type) as number));
      this.#memory.set(bytes, at);
      at += bytes.length;
    }
    return region;
  }

  /** Offsets, which go on from one batch to the next, and the bytes that they point at. */
  strings(length: number, parts: readonly ColumnPart[]): [BatchRegion, BatchRegion] {
    const region = this.#take(4 * (length + 1));
    const offsets = new DataView(this.#memory.buffer, this.#memory.byteOffset + region.start, region.length);
    const texts: Uint8Array[] = [];
    let at = 0;
    let end = 0;
    offsets.setInt32(0, 0, true);
    for (const part of parts) {
      const { length } = part.layout.node;
      if (length === 0) continue;
      const bytes = stored(part, 1, 0, 4 * (length + 1));
      const own = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const first = own.getInt32(0, true);
      const last = own.getInt32(4 * length, true);
      if (first < 0 || last < first) throw new RangeError('a string ends before it starts');
      for (let i = 1; i <= length; i++)
        offsets.setInt32(4 * ++at, own.getInt32(4 * i, true) - first + end, true);
      texts.push(stored(part, 2, first, last - first));
      end += last - first;
    }
    const text = this.#take(end);
    let to = text.start;
    for (const bytes of texts) {
      this.#memory.set(bytes, to);
      to += bytes.length;
    }
    return [region, text];
  }

  #take(length: number): BatchRegion {
    const start = this.#end;
    this.#end += Math.ceil(length / 8) * 8;
    if (this.#end > this.#memory.length) throw new RangeError('its buffers overlap');
    return { start, length };
  }
}
