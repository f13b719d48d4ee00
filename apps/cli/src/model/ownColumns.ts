import type { Encoder, Source } from '@fluxion/data';
import { renameColumn } from '../sources/renameColumn.js';
import { UsageError } from '../usageError.js';

/** What the command line says of columns and loss. */
export interface NamedColumns {
  readonly target?: readonly string[] | undefined;
  readonly input?: readonly string[] | undefined;
  readonly loss?: string | undefined;
}

/**
 * A source with the columns that a model knows, which its encoder gives it whatever the command line says. Its one target
 * may have another name there.
 *
 * @throws {UsageError} when the command line names what the model has not.
 */
export function ownColumns(source: Source, encoder: Encoder, { target, input, loss }: NamedColumns): Source {
  const [name] = input !== undefined ? ['--input'] : loss !== undefined ? ['--loss'] : [];
  if (name !== undefined) {
    throw new UsageError(
      `${name}: expected none, since the model was saved with its own; leave it out, or train a new model`,
    );
  }
  const targets = Object.keys(encoder.targets);
  if (target === undefined) return source;
  const [own, given] = [targets[0] as string, target[0] as string];
  if (targets.length === 1 && target.length === 1)
    return own === given ? source : renameColumn(source, given, own);
  if (target.length === targets.length && targets.every((name) => target.includes(name))) return source;
  throw new UsageError(
    `--target: expected the model's ${targets.join(', ')}, in any order, got ${target.join(', ')}`,
  );
}
