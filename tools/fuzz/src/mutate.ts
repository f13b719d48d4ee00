import { type Random, random } from '@fluxion/tensor';

/** Numbers that lengths, offsets and counts go wrong with. */
const NASTY = [0n, 1n, -1n, 7n, 255n, 0x7fff_ffffn, -0x8000_0000n, 2n ** 40n, 2n ** 62n, 65_536n, 1_000_000n];

/** What the formats of text are made of. */
const LETTERS = Buffer.from('",\n\r{}[]:\0\ufeff\xff1e9-');

/** One thing that can happen to bytes. */
type Damage = (bytes: Buffer, draw: (below: number) => number) => Buffer;

const DAMAGES: readonly Damage[] = [
  (bytes, draw) => set(bytes, draw(bytes.length), (byte) => byte ^ (1 << draw(8))),
  (bytes, draw) => set(bytes, draw(bytes.length), () => draw(256)),
  (bytes, draw) => set(bytes, draw(bytes.length), () => LETTERS[draw(LETTERS.length)] as number),
  (bytes, draw) => {
    const at = draw(Math.max(bytes.length - 4, 1));
    if (bytes.length >= 4)
      bytes.writeInt32LE(Number(BigInt.asIntN(32, NASTY[draw(NASTY.length)] as bigint)), at);
    return bytes;
  },
  (bytes, draw) => {
    const at = draw(Math.max(bytes.length - 8, 1)) & ~7;
    if (bytes.length >= 8) bytes.writeBigInt64LE(NASTY[draw(NASTY.length)] as bigint, at);
    return bytes;
  },
  (bytes, draw) => bytes.subarray(0, draw(bytes.length)),
  (bytes, draw) => {
    const [from, to] = range(bytes, draw);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, draw) => {
    const [from, to] = range(bytes, draw);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (bytes, draw) => {
    const [from, to] = range(bytes, draw);
    return bytes.fill(0, from, to);
  },
];

/** The bytes with one to three things done to them, by chance: the same ones for the same seed and number. */
export function mutate(bytes: Uint8Array, seed: number, number: number): Buffer {
  const numbers: Random = random(seed, `mutation ${number}`);
  let drawn = 0;
  const draw = (below: number): number => numbers.integer(drawn++, Math.max(below, 1));
  let damaged: Buffer = Buffer.from(bytes);
  for (let left = 1 + draw(3); left > 0 && damaged.length > 0; left--) {
    damaged = (DAMAGES[draw(DAMAGES.length)] as Damage)(damaged, draw);
  }
  return damaged;
}

function set(bytes: Buffer, at: number, change: (byte: number) => number): Buffer {
  bytes[at] = change(bytes[at] as number);
  return bytes;
}

/** A place and another up to 64 bytes behind it. */
function range(bytes: Buffer, draw: (below: number) => number): readonly [number, number] {
  const from = draw(bytes.length);
  return [from, Math.min(from + 1 + draw(64), bytes.length)];
}
