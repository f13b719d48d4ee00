import { basename, dirname } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root, sourceFiles } from './files.js';

const indexes = sourceFiles('packages/*/src/index.ts');
const { config } = ts.readConfigFile(`${root}/tsconfig.test.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(indexes, options);
const checker = program.getTypeChecker();

describe('every public export has a docstring', () => {
  it.each(indexes.map((index) => [basename(dirname(dirname(index))), index]))('%s', (_name, index) => {
    const exported = exportsOf(index);
    expect(exported.length).toBeGreaterThan(0);
    const silent = exported.filter((symbol) => symbol.getDocumentationComment(checker).length === 0);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

/** The symbols that a module exports, as their own files declare them. */
function exportsOf(file: string): ts.Symbol[] {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) return [];
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}
