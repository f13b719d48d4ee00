/** Magic number; a header that tells the size of all in four bytes. */
const HEADER = [0x28, 0xb5, 0x2f, 0xfd, 0xa0];
const LARGEST_BLOCK = 2 ** 17;
/** Equal bytes that pay for a block of their own. */
const RUN = 16;

/**
 * Packs bytes as one zstd frame, plainly: runs of equal bytes become one byte each, all others stand for themselves.
 *
 * @see RFC 8878, sections 3.1.1.1 and 3.1.1.2.
 */
export function zstdFrame(bytes: Uint8Array): Uint8Array {
  const blocks: { readonly from: number; readonly end: number; readonly isRun: boolean }[] = [];
  const add = (from: number, end: number, isRun: boolean): void => {
    for (let at = from; at < end; at += LARGEST_BLOCK) {
      blocks.push({ from: at, end: Math.min(end, at + LARGEST_BLOCK), isRun });
    }
  };
  let plain = 0;
  for (let at = 0; at < bytes.length; ) {
    let end = at + 1;
    while (end < bytes.length && bytes[end] === bytes[at]) end++;
    if (end - at >= RUN) {
      add(plain, at, false);
      add(at, end, true);
      plain = end;
    }
    at = end;
  }
  add(plain, bytes.length, false);
  const parts = blocks.map(({ from, end, isRun }, i) => {
    const isLast = i === blocks.length - 1;
    const head = (isLast ? 1 : 0) | (isRun ? 2 : 0) | ((end - from) << 3);
    const content = bytes.subarray(from, isRun ? from + 1 : end);
    return Buffer.concat([Uint8Array.of(head & 0xff, (head >> 8) & 0xff, head >> 16), content]);
  });
  const size = new Uint8Array(Uint32Array.of(bytes.length).buffer);
  return Buffer.concat([Uint8Array.from(HEADER), size, ...parts]);
}
