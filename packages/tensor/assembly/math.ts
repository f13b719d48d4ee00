/**
 * exp, expm1, log, log1p and tanh on four float32 numbers, within 3 units in the last place over the whole range,
 * denormals, infinities and NaN included; and the distribution function of the normal distribution.
 *
 * Everything is built from IEEE additions, multiplications, divisions and bit moves, so that the bits are the same on
 * every machine. The polynomials are minimax ones; `tools/kernels/src/minimax.ts` computes their coefficients.
 */
import { copySign } from './simd';

/** ln 2 in two parts: the first has 15 bits, so that its product with an exponent is exact. */
const LN2_HIGH: f32 = 0.693145751953125;
const LN2_LOW: f32 = 1.4286068203094173e-6;

function horner(p: v128, x: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(p, x), f32x4.splat(c));
}

/** 2ⁿ for integers n from −126 to 127, put together from its bits. */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/**
 * eˣ = 2ⁿ·eʳ with n = ⌊x / ln 2⌉ and |r| ≤ ½ ln 2; eʳ = 1 + r + r²·P(r).
 *
 * Beyond the clamp the result is 0 or infinite anyway. 2ⁿ is applied in two halves: each is a normal number, and a
 * result that is denormal is rounded once.
 */
export function exp(input: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(input, f32x4.splat(-104)), f32x4.splat(89));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(Mathf.LOG2E)));
  const high = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(LN2_LOW)));

  let p = f32x4.splat(0.00138141913);
  p = horner(p, r, 0.00836891402);
  p = horner(p, r, 0.0416684076);
  p = horner(p, r, 0.166665196);
  p = horner(p, r, 0.49999994);
  const y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), f32x4.splat(1));

  const exponent = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(exponent, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(exponent, half)));
}

/** eˣ − 1 = 2ⁿ·(eʳ − 1) + (2ⁿ − 1), as in `exp`. From e¹⁷ on the 1 is lost in rounding, and below e⁻¹⁷ all but it. */
export function expm1(input: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(input, f32x4.splat(-18)), f32x4.splat(18));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(Mathf.LOG2E)));
  const high = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(LN2_LOW)));

  let p = f32x4.splat(0.00138141913);
  p = horner(p, r, 0.00836891402);
  p = horner(p, r, 0.0416684076);
  p = horner(p, r, 0.166665196);
  p = horner(p, r, 0.49999994);
  const scale = powerOfTwo(i32x4.trunc_sat_f32x4_s(n));
  const part = f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r);
  const y = f32x4.add(f32x4.mul(part, scale), f32x4.sub(scale, f32x4.splat(1)));
  return v128.bitselect(exp(input), y, f32x4.gt(input, f32x4.splat(18)));
}

/** log(1 + f) + e·ln 2 for f in [√½ − 1, √2 − 1]; log(1 + f) = f − f²/2 + f³·P(f). Small parts are added first. */
function logOfParts(f: v128, e: v128): v128 {
  const square = f32x4.mul(f, f);
  let p = f32x4.splat(0.0674664155);
  p = horner(p, f, -0.116756521);
  p = horner(p, f, 0.11888162);
  p = horner(p, f, -0.124055892);
  p = horner(p, f, 0.142195523);
  p = horner(p, f, -0.166679963);
  p = horner(p, f, 0.200021192);
  p = horner(p, f, -0.250000089);
  p = horner(p, f, 0.333333135);
  let sum = f32x4.mul(f32x4.mul(square, f), p);
  sum = f32x4.add(sum, f32x4.mul(e, f32x4.splat(LN2_LOW)));
  sum = f32x4.sub(sum, f32x4.mul(square, f32x4.splat(0.5)));
  sum = f32x4.add(sum, f);
  return f32x4.add(sum, f32x4.mul(e, f32x4.splat(LN2_HIGH)));
}

/** The natural logarithm: x = 2ᵉ·(1 + f). −∞ at 0, NaN below. */
export function log(input: v128): v128 {
  const smallest = f32x4.splat(1.1754943508222875e-38);
  const denormal = f32x4.lt(input, smallest);
  const x = v128.bitselect(f32x4.mul(input, f32x4.splat(8388608)), input, denormal);
  // Subtracting the bits of √½ makes the exponent change at √½ instead of 1.
  const shifted = i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f3504f3)), 23);
  const f = f32x4.sub(i32x4.sub(x, i32x4.shl(shifted, 23)), f32x4.splat(1));
  const e = i32x4.sub(shifted, v128.and(denormal, i32x4.splat(23)));
  let y = logOfParts(f, f32x4.convert_i32x4_s(e));

  // Infinity and NaN are their own logarithms.
  y = v128.bitselect(y, input, f32x4.lt(input, f32x4.splat(Infinity)));
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(input, f32x4.splat(0)));
  return v128.bitselect(f32x4.splat(NaN), y, f32x4.lt(input, f32x4.splat(0)));
}

/** log(1 + x) for x in [0, 1], with half the arithmetic: 1 + x is never rounded. */
export function log1pOfShare(x: v128): v128 {
  const half = f32x4.splat(0.5);
  const large = f32x4.gt(x, f32x4.splat(0.41421356));
  const f = v128.bitselect(f32x4.mul(f32x4.sub(x, f32x4.splat(1)), half), x, large);
  return logOfParts(f, v128.and(large, f32x4.splat(1)));
}

/** log(1 + x): what rounding takes off 1 + x is added to its fraction, so no digit of a small x is lost. */
export function log1p(x: v128): v128 {
  const one = f32x4.splat(1);
  const u = f32x4.add(one, x);
  const shifted = i32x4.shr_s(i32x4.sub(u, i32x4.splat(0x3f3504f3)), 23);
  const lost = f32x4.sub(x, f32x4.sub(u, one));
  // From 2²⁴ on nothing is lost that counts; the bound keeps the power of two a normal number.
  const scale = powerOfTwo(i32x4.neg(i32x4.min_s(shifted, i32x4.splat(126))));
  const fraction = f32x4.sub(i32x4.sub(u, i32x4.shl(shifted, 23)), one);
  let y = logOfParts(f32x4.add(fraction, f32x4.mul(lost, scale)), f32x4.convert_i32x4_s(shifted));

  y = v128.bitselect(y, x, f32x4.lt(x, f32x4.splat(Infinity)));
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, f32x4.splat(-1)));
  return v128.bitselect(f32x4.splat(NaN), y, f32x4.lt(x, f32x4.splat(-1)));
}

/** tanh |x| = s + s³·P(s²) for s = |x| < 0.625 and 1 − 2/(e²ˢ + 1) above, with the sign of x. */
export function tanh(x: v128): v128 {
  const one = f32x4.splat(1);
  const s = f32x4.abs(x);
  const square = f32x4.mul(s, s);
  let p = f32x4.splat(-0.00570498733);
  p = horner(p, square, 0.020639088);
  p = horner(p, square, -0.0537397154);
  p = horner(p, square, 0.133314416);
  p = horner(p, square, -0.333332807);
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, square), s), s);
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.add(s, s)), one)));
  return copySign(v128.bitselect(near, far, f32x4.lt(s, f32x4.splat(0.625))), x);
}

/**
 * Φ(x), the distribution function of the normal distribution, to 2e-7 of itself where |x| is moderate: Φ(−s) is
 * e^(−s²/2)·t·P(t) with t = 1 / (1 + s/4), for s = |x|.
 */
export function normalCdf(x: v128): v128 {
  const one = f32x4.splat(1);
  const s = f32x4.abs(x);
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(s, f32x4.splat(0.25))));
  let p = f32x4.splat(0.0171771199);
  p = horner(p, t, -0.066118829);
  p = horner(p, t, 0.0596921891);
  p = horner(p, t, 0.0173860341);
  p = horner(p, t, 0.0222119484);
  p = horner(p, t, 0.0813681111);
  p = horner(p, t, 0.0739024505);
  p = horner(p, t, 0.0950896516);
  p = horner(p, t, 0.0995463356);
  p = horner(p, t, 0.0997449905);
  const density = exp(f32x4.mul(f32x4.mul(s, s), f32x4.splat(-0.5)));
  const tail = f32x4.mul(density, f32x4.mul(t, p));
  return v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(x, f32x4.splat(0)));
}
