import { OptionError } from '@fluxion/tensor';

/**
 * The description of an encoding.
 *
 * @param example of its options, for the error
 * @throws {OptionError} when the options are no object, as in `oneHot(50)`, which would otherwise be passed over in silence.
 */
export function encodingOf<Kind extends string, Options extends object>(
  kind: Kind,
  options: Options,
  example: string,
): { readonly kind: Kind } & Options {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new OptionError(
      `${kind}: expected an object of options, got ${JSON.stringify(options)}; give each by its name, as { ${example} }`,
    );
  }
  return { kind, ...options };
}
