import { open } from 'node:fs/promises';
import { random } from '@fluxion/tensor';
import { type RecordBatch, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';

/** Rows that a large table has over and over. */
const ROWS = 1000;
const COLUMNS = 10;
const WORDS = ['red', 'green', 'blue', 'a longer word'];
const NAMES = [...Array.from({ length: COLUMNS }, (_, i) => `x${i}`), 'word', 'label'];

/** Rows of ten numbers, a word and a class. */
function tableRows(): readonly (readonly (number | string)[])[] {
  const numbers = random(1, 'bench data');
  const values = new Float64Array(COLUMNS);
  return Array.from({ length: ROWS }, (_, i) => {
    numbers.fillFor(i, values);
    const rounded = Array.from(values, (value) => Number((4 * value - 2).toFixed(6)));
    return [...rounded, WORDS[i % WORDS.length] as string, (rounded[0] as number) > 0 ? 'above' : 'below'];
  });
}

/** Writes a CSV file of about so many bytes. */
export async function writeLargeCsv(path: string, bytes: number): Promise<void> {
  const rows = tableRows().map((cells) => `${cells.join(',')}\n`);
  const many = Buffer.from(rows.join('').repeat(100));
  const file = await open(path, 'w');
  await file.appendFile(`${NAMES.join(',')}\n`);
  for (let size = 0; size < bytes; size += many.length) await file.appendFile(many);
  await file.close();
}

/** Writes an Arrow file of about so many bytes, in batches of so many rows. */
export async function writeLargeArrow(path: string, bytes: number, batch: number): Promise<void> {
  const rows = tableRows();
  const all = Array.from(
    { length: Math.max(batch, ROWS) },
    (_, i) => rows[i % ROWS] as (typeof rows)[number],
  );
  const whole = new Table(
    Object.fromEntries(
      NAMES.map((name, column) => [
        name,
        column < COLUMNS
          ? vectorFromArray(Float64Array.from(all, (cells) => cells[column] as number))
          : vectorFromArray(
              all.map((cells) => cells[column] as string),
              new Utf8(),
            ),
      ]),
    ),
  );
  const batches: RecordBatch[] = [];
  for (let from = 0; from < all.length; from += batch)
    batches.push(...whole.slice(from, from + batch).batches);
  await writeRepeated(path, Buffer.from(tableToIPC(new Table(batches), 'file')), bytes);
}

/** Bytes of a block of the footer: a place, two lengths, and padding. */
const BLOCK = 24;
/** Bytes that are written at one time. */
const PIECE = 2 ** 24;

/**
 * Writes the record batches of a file over and over, which is much faster than to make as many. A footer is a FlatBuffer,
 * in which the list of blocks stands before the schema.
 */
async function writeRepeated(path: string, small: Buffer, bytes: number): Promise<void> {
  const footerLength = small.readInt32LE(small.length - 10);
  const footer = small.subarray(small.length - 10 - footerLength, small.length - 10);
  const table = footer.readUint32LE(0);
  const slot = (i: number): number =>
    table + footer.readUint16LE(table - footer.readInt32LE(table) + 4 + 2 * i);
  const list = slot(3) + footer.readUint32LE(slot(3));
  const listed = footer.subarray(list + 4, list + 4 + BLOCK * footer.readUint32LE(list));
  const first = Number(listed.readBigInt64LE(0));
  const last = listed.length - BLOCK;
  const end =
    Number(listed.readBigInt64LE(last)) +
    listed.readInt32LE(last + 8) +
    Number(listed.readBigInt64LE(last + 16));
  const body = small.subarray(first, end);
  const times = Math.max(1, Math.round(bytes / body.length));

  const blocks = Buffer.alloc(times * listed.length);
  for (let i = 0; i < blocks.length; i += BLOCK) {
    const at = i % listed.length;
    listed.copy(blocks, i, at, at + BLOCK);
    const shift = BigInt(body.length) * BigInt(Math.floor(i / listed.length));
    blocks.writeBigInt64LE(listed.readBigInt64LE(at) + shift, i);
  }
  const start = Buffer.from(footer.subarray(0, list + 4));
  start.writeUint32LE(blocks.length / BLOCK, list);
  start.writeUint32LE(footer.readUint32LE(slot(1)) + blocks.length - listed.length, slot(1));
  const rest = footer.subarray(list + 4 + listed.length);
  const tail = Buffer.from(small.subarray(small.length - 10));
  tail.writeInt32LE(start.length + blocks.length + rest.length, 0);

  const file = await open(path, 'w');
  await file.appendFile(small.subarray(0, first));
  const group = Math.max(1, Math.floor(PIECE / body.length));
  const many = Buffer.concat(new Array<Buffer>(Math.min(group, times)).fill(body));
  for (let done = 0; done < times; done += group) {
    await file.appendFile(many.subarray(0, Math.min(group, times - done) * body.length));
  }
  await file.appendFile(small.subarray(end, small.length - 10 - footerLength));
  for (const part of [start, blocks, rest, tail]) await file.appendFile(part);
  await file.close();
}
