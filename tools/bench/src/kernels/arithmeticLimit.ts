import { compileString } from 'assemblyscript/asc';

const ROUNDS = 100_000;
/** As many sums side by side as registers hold: each waits for its own last addition only. */
const SUMS = 12;
const LANES = 4;

const names = Array.from({ length: SUMS }, (_, i) => `s${i}`);
const SOURCE = `export function run(rounds: i32): f32 {
  const x = f32x4.splat(0.5);
  const y = f32x4.splat(1);
  ${names.map((name) => `let ${name} = f32x4.splat(1);`).join('\n  ')}
  for (let i = 0; i < rounds; i++) {
    ${names.map((name) => `${name} = f32x4.add(f32x4.mul(${name}, x), y);`).join('\n    ')}
  }
  return f32x4.extract_lane(${names.reduce((sum, name) => `f32x4.add(${sum}, ${name})`)}, 0);
}`;

/** Multiplications and additions of vectors in registers, and nothing else: what strict SIMD of WebAssembly can do here. */
export async function arithmeticLimit(): Promise<{ readonly flops: number; readonly run: () => void }> {
  const options = { optimizeLevel: 3, enable: ['simd'], noAssert: true, runtime: 'stub' };
  const { binary, stderr } = await compileString(SOURCE, options);
  if (binary === null) throw new Error(`the arithmetic limit does not compile: ${stderr.toString()}`);
  const { instance } = await WebAssembly.instantiate(new Uint8Array(binary), {
    env: { abort: () => {} },
  });
  const run = instance.exports.run as (rounds: number) => number;
  return { flops: 2 * LANES * SUMS * ROUNDS, run: () => run(ROUNDS) };
}
