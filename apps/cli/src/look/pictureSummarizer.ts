import { resolve } from 'node:path';
import { pictureDimensions } from '@fluxion/images';
import { Vector } from 'apache-arrow';
import type { ColumnSummarizer, ColumnSummary } from './columnSummary.js';

/** Pictures that are measured at a time. */
const AT_A_TIME = 16;

/** Sees a column of paths, and measures the pictures that are there. */
export function pictureSummarizer(folder: string): ColumnSummarizer {
  let gaps = 0;
  let [least, most] = [
    { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY },
    { width: 0, height: 0 },
  ];
  const measure = async (path: string): Promise<void> => {
    const { width, height } = await pictureDimensions(resolve(folder, path));
    least = { width: Math.min(least.width, width), height: Math.min(least.height, height) };
    most = { width: Math.max(most.width, width), height: Math.max(most.height, height) };
  };
  return {
    async add(data) {
      const paths = [...new Vector([data])].filter((path) => typeof path === 'string');
      gaps += data.length - paths.length;
      for (let from = 0; from < paths.length; from += AT_A_TIME) {
        await Promise.all(paths.slice(from, from + AT_A_TIME).map(measure));
      }
    },
    get summary(): ColumnSummary {
      const pixels = {
        width: [least.width, most.width] as const,
        height: [least.height, most.height] as const,
      };
      return { kind: 'pictures', gaps, pixels };
    },
  };
}
