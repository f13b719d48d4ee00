import type { PerName } from './columnOptions.js';

/** The value of an option for one input or target. */
export function perName<T extends string | number>(
  option: PerName<T> | undefined,
  name: string,
): T | undefined {
  return typeof option === 'object' ? option[name] : option;
}
