import { basename, dirname } from 'node:path';
import ts from 'typescript';
import { root, sourceFiles } from './files.js';

const indexes = sourceFiles('packages/*/src/index.ts');
const { config } = ts.readConfigFile(`${root}/tsconfig.test.json`, ts.sys.readFile);
const program = ts.createProgram(indexes, ts.parseJsonConfigFileContent(config, ts.sys, root).options);

/** Knows the types of all packages. */
export const checker: ts.TypeChecker = program.getTypeChecker();

/** What each package exports, as the files of its inside declare it. */
export const publicExports: readonly { readonly name: string; readonly symbols: readonly ts.Symbol[] }[] =
  indexes.map((index) => ({
    name: `@fluxion/${basename(dirname(dirname(index)))}`,
    symbols: exportsOf(index),
  }));

function exportsOf(file: string): ts.Symbol[] {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) return [];
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}
