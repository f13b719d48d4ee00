import type { Examples } from '@fluxion/data';
import { OptionError } from '@fluxion/tensor';
import { isObservable, type Observable } from 'rxjs';

/** @throws {OptionError} when it is no stream, as the source of rows that examples come from. */
export function expectExamples(where: string, examples: Observable<Examples>): void {
  if (isObservable(examples)) return;
  throw new OptionError(
    `${where} source: expected a stream of examples, got ${typeof examples}; give examples(source, options)`,
  );
}
