import { compileString } from 'assemblyscript/asc';

const ROUNDS = 100_000;
/** As many sums side by side as registers hold: each waits for its own last addition only. */
const SUMS = 12;
const LANES = 4;

/** The builds whose arithmetic differs. */
export type ArithmeticBuild = 'wasm' | 'wasm-relaxed';

/**
 * Multiplications and additions of vectors in registers, and nothing else: what a build's SIMD can do here. Strict SIMD
 * multiplies, then adds; the relaxed one does both at once.
 */
export async function arithmeticLimit(
  build: ArithmeticBuild,
): Promise<{ readonly flops: number; readonly run: () => void }> {
  const relaxed = build === 'wasm-relaxed';
  const enable = ['simd', ...(relaxed ? ['relaxed-simd'] : [])];
  const { binary, stderr } = await compileString(
    source(relaxed ? (s) => `f32x4.relaxed_madd(${s}, x, y)` : (s) => `f32x4.add(f32x4.mul(${s}, x), y)`),
    { optimizeLevel: 3, enable, noAssert: true, runtime: 'stub' },
  );
  if (binary === null) throw new Error(`the arithmetic limit does not compile: ${stderr.toString()}`);
  const { instance } = await WebAssembly.instantiate(new Uint8Array(binary), {
    env: { abort: () => {} },
  });
  const run = instance.exports.run as (rounds: number) => number;
  return { flops: 2 * LANES * SUMS * ROUNDS, run: () => run(ROUNDS) };
}

function source(multiplyAdd: (sum: string) => string): string {
  const names = Array.from({ length: SUMS }, (_, i) => `s${i}`);
  return `export function run(rounds: i32): f32 {
  const x = f32x4.splat(0.5);
  const y = f32x4.splat(1);
  ${names.map((name) => `let ${name} = f32x4.splat(1);`).join('\n  ')}
  for (let i = 0; i < rounds; i++) {
    ${names.map((name) => `${name} = ${multiplyAdd(name)};`).join('\n    ')}
  }
  return f32x4.extract_lane(${names.reduce((sum, name) => `f32x4.add(${sum}, ${name})`)}, 0);
}`;
}
