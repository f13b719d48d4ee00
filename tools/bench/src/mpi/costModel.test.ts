import { expect, it } from 'vitest';
import { allreduceSeconds, fitLine } from './costModel.js';

it('fitLine finds the latency and the bandwidth that times were made of', () => {
  const points = [4, 4000, 4e6].map((bytes) => ({ bytes, seconds: 2e-6 + bytes / 5e9 }));
  const { latency, bandwidth } = fitLine(points);
  expect(latency).toBeCloseTo(2e-6, 12);
  expect(bandwidth / 5e9).toBeCloseTo(1, 9);
});

it('allreduceSeconds sends twice the bytes over each wire, where machines are many', () => {
  const line = { latency: 1e-5, bandwidth: 1e9 };
  expect(allreduceSeconds(1, 1e6, line)).toBe(0);
  expect(allreduceSeconds(2, 1e6, line)).toBeCloseTo(2e-5 + 1e-3, 9);
  expect(allreduceSeconds(512, 1e6, line)).toBeCloseTo(18e-5 + 2e-3 * (511 / 512), 9);
});
