const MAGIC = [0x04, 0x22, 0x4d, 0x18];
/** Version 1, blocks that know nothing of each other, of 4 MiB at most; a checksum of the header, which is not looked at. */
const HEADER = [0x60, 0x70, 0];
/** The last bytes of a block stand for themselves. */
const LITERAL_END = 12;

/** Packs bytes as one LZ4 frame of one block, plainly: whatever came before, within 64 kB, is pointed at. */
export function lz4Frame(bytes: Uint8Array): Uint8Array {
  const block: number[] = [];
  const seen = new Map<number, number>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let literals = 0;
  let at = 0;

  const extended = (length: number): void => {
    for (let rest = length - 15; rest >= 0; rest -= 255) block.push(Math.min(rest, 255));
  };
  const sequence = (end: number, match: number, offset: number): void => {
    const count = end - literals;
    block.push((Math.min(count, 15) << 4) | Math.min(Math.max(match - 4, 0), 15));
    extended(count);
    for (let i = literals; i < end; i++) block.push(bytes[i] as number);
    if (match === 0) return;
    block.push(offset & 0xff, offset >> 8);
    extended(match - 4);
  };

  while (at < bytes.length - LITERAL_END) {
    const word = view.getUint32(at, true);
    const before = seen.get(word);
    seen.set(word, at);
    if (before === undefined || at - before > 0xffff) {
      at++;
      continue;
    }
    let match = 4;
    while (at + match < bytes.length - LITERAL_END && bytes[before + match] === bytes[at + match]) match++;
    sequence(at, match, at - before);
    at += match;
    literals = at;
  }
  sequence(bytes.length, 0, 0);
  const size = new Uint8Array(Uint32Array.of(block.length).buffer);
  return Uint8Array.from([...MAGIC, ...HEADER, ...size, ...block, 0, 0, 0, 0]);
}
