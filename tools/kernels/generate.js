// Writes the AssemblyScript of the functions, losses and update rules in the tensor package's tables, to
// packages/tensor/assembly/generated. Run by its build:
//
//   node tools/kernels/generate.js

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { functionName, functionsOf, refuse, statements } from './translate.js';

const tensor = fileURLToPath(new URL('../../packages/tensor/', import.meta.url));
const MADE = '// Made by tools/kernels/generate.js: change the file in src that a function comes from.\n';

/** @param {string} path @returns {ts.SourceFile} */
function parse(path) {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext, true);
}

/** @typedef {{ name: string, file: ts.SourceFile, object: ts.ObjectLiteralExpression }} Entry of a table */

/** @param {string} folder of the tensor package's src @returns {Entry[]} what the table in it exports */
function table(folder) {
  const path = join(tensor, 'src', folder, 'table.ts');
  return parse(path).statements.map((line) => {
    if (!ts.isExportDeclaration(line) || !line.exportClause || !ts.isNamedExports(line.exportClause)) {
      return refuse(line, "export { name } from './name.js'");
    }
    const [{ name }] = line.exportClause.elements;
    const from = /** @type {ts.StringLiteral} */ (line.moduleSpecifier).text.replace(/[.]js$/, '.ts');
    const file = parse(join(dirname(path), from));
    const object = file.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => declarationList.declarations)
      .find((declared) => declared.name.getText() === name.text)?.initializer;
    if (object === undefined || !ts.isObjectLiteralExpression(object)) return refuse(line, 'an object');
    return { name: name.text, file, object };
  });
}

/** @param {Entry} entry @param {string} name @returns {ts.ObjectLiteralElementLike | undefined} */
function property({ object }, name) {
  return object.properties.find((found) => found.name?.getText() === name);
}

/** @param {Entry} entry @param {string} name @returns {import('./translate.js').FunctionOfObject} */
function method(entry, name) {
  const found = property(entry, name);
  if (found !== undefined && ts.isMethodDeclaration(found)) return found;
  if (found !== undefined && ts.isPropertyAssignment(found) && ts.isArrowFunction(found.initializer)) {
    return found.initializer;
  }
  return refuse(entry.object, `a function '${name}'`);
}

/** @param {Entry} entry @returns {string[]} names of its options */
function optionsOf(entry) {
  const options = property(entry, 'options');
  if (options === undefined) return [];
  const { initializer } = /** @type {ts.PropertyAssignment} */ (options);
  const { properties } = /** @type {ts.ObjectLiteralExpression} */ (initializer);
  return properties.map(({ name }) => /** @type {ts.PropertyName} */ (name).getText());
}

/** @param {Entry} entry @param {string} name @returns {string[]} the strings of a list */
function list(entry, name) {
  const found = property(entry, name);
  if (found === undefined) return [];
  const { initializer } = /** @type {ts.PropertyAssignment} */ (found);
  return /** @type {ts.ArrayLiteralExpression} */ (initializer).elements.map(
    (element) => /** @type {ts.StringLiteral} */ (element).text,
  );
}

/** @param {string} name @returns {string} with a capital */
function capital(name) {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** @param {string} name of an elementwise function @returns {string} the name of its value on vectors */
function valueName(name) {
  return `${name}_value`;
}

/** @param {ts.SourceFile} file @param {Map<string, string>} names @returns {import('./translate.js').Scope} */
function scopeOf(file, names) {
  return { file, names, used: new Set(), imported: valueName };
}

/** @param {Entry} entry @param {string[]} methods @returns {string[]} functions of its file that these call, in turn or by another */
function calledFunctions(entry, ...methods) {
  const { file } = entry;
  let text = methods.map((name) => method(entry, name).getText()).join('\n');
  /** @type {ts.FunctionDeclaration[]} */
  const called = [];
  for (const declared of functionsOf(file).toReversed()) {
    if (!new RegExp(`\\b${declared.name?.text}\\(`).test(text)) continue;
    called.unshift(declared);
    text += declared.getText();
  }
  return called.map((declared) => {
    const names = declared.parameters.map(({ name }) => name.getText());
    const scope = scopeOf(file, new Map(names.map((name) => [name, name])));
    const parameters = names.map((name) => `${name}: v128`).join(', ');
    const name = functionName(file, /** @type {ts.Identifier} */ (declared.name).text);
    return `function ${name}(${parameters}): v128 {\n  ${statements(declared, scope).join('\n  ')}\n}`;
  });
}

/**
 * The body of a function on numbers, on vectors; options are those called p and q.
 *
 * @param {Entry} entry
 * @param {string} name
 * @returns {{ numbers: string[], body: string, used: Set<string> }} with the names of its parameters
 */
function bodyOf(entry, name) {
  const { parameters } = method(entry, name);
  const numbers = parameters.map((parameter) => parameter.name).filter(ts.isIdentifier);
  const names = new Map(numbers.map((number) => [number.text, number.text]));
  optionsOf(entry).forEach((option, i) => {
    names.set(option, i === 0 ? 'p' : 'q');
  });
  const scope = scopeOf(entry.file, names);
  const lines = statements(method(entry, name), scope);
  return { numbers: numbers.map(({ text }) => text), body: lines.join('\n    '), used: scope.used };
}

/** @param {Entry} entry @returns {{ declared: string, given: string }} options as parameters, and as two arguments */
function optionParameters(entry) {
  const options = optionsOf(entry);
  if (options.length > 2) refuse(entry.object, 'two options at most');
  return {
    declared: options.map((name) => `, ${name}: f32`).join(''),
    given: [...options, '0', '0'].slice(0, 2).join(', '),
  };
}

function maps() {
  const parts = table('elementwise').map((entry) => {
    const { name } = entry;
    const value = bodyOf(entry, 'value');
    const derivative = bodyOf(entry, 'derivative');
    const [x = 'x', y = 'y'] = derivative.numbers;
    const inX = derivative.used.has(x);
    if (inX && derivative.used.has(y)) refuse(method(entry, 'derivative'), 'a derivative in x or in y');
    const { declared, given } = optionParameters(entry);
    const Class = capital(name);
    return [
      ...calledFunctions(entry, 'value', 'derivative'),
      `export function ${valueName(name)}(${value.numbers[0]}: v128${optionsOf(entry).length ? ', p: v128, q: v128' : ''}): v128 {
  ${value.body.replaceAll('\n  ', '\n')}
}`,
      `class ${Class} extends Elementwise {
  value(x: v128, p: v128, q: v128): v128 {
    return ${valueName(name)}(x${optionsOf(entry).length ? ', p, q' : ''});
  }
  derivative(${inX ? x : y}: v128, p: v128, q: v128): v128 {
    ${derivative.body}
  }
}`,
      `export function ${name}(length: i32, input: usize, output: usize${declared}): void {
  map<${Class}>(length, input, output, ${given});
}`,
      `export function ${name}Gradient(
  length: i32,
  input: usize,
  output: usize,
  dOutput: usize,
  sink: usize,
  add: i32${declared.replaceAll(', ', ',\n  ')},
): void {
  gradient<${Class}>(length, ${inX ? 'input' : 'output'}, dOutput, sink, add, ${given});
}`,
    ].join('\n\n');
  });
  return `import { Elementwise, gradient, map } from '../maps/elementwise';
import * as math from '../math';
import { madd, nmadd } from '../simd';

${parts.join('\n\n')}
`;
}

function losses() {
  const parts = table('losses').map((entry) => {
    const [term, slope] = ['term', 'slope'].map((name) => {
      const { numbers, body } = bodyOf(entry, name);
      return `  ${name}(${numbers[0]}: v128, ${numbers[1]}: v128, p: v128, q: v128): v128 {\n    ${body}\n  }`;
    });
    const { declared, given } = optionParameters(entry);
    const rows = `rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  targets: usize,
  targetsRow: i32,`;
    const more = declared.replaceAll(', ', ',\n  ');
    return [
      ...calledFunctions(entry, 'term', 'slope'),
      `class ${capital(entry.name)} extends Loss {\n${term}\n${slope}\n}`,
      `export function ${entry.name}(
  ${rows}
  losses: usize${more},
): void {
  termsOfRows<${capital(entry.name)}>(rows, columns, output, outputRow, targets, targetsRow, losses, ${given});
}`,
      `export function ${entry.name}Gradient(
  ${rows}
  sink: usize,
  sinkRow: i32,
  factor: f32,
  add: i32${more},
): void {
  slopesOfRows<${capital(entry.name)}>(
    ${['rows, columns, output, outputRow, targets, targetsRow', 'sink, sinkRow, factor, add', given].join(',\n    ')},
  );
}`,
    ].join('\n\n');
  });
  return `import { Loss, slopesOfRows, termsOfRows } from '../losses/pointwise';
import * as math from '../math';
import { madd, nmadd } from '../simd';
import { sigmoid_value } from './maps';

${parts.join('\n\n')}
`;
}

function updates() {
  const parts = table('rules').map((entry) => {
    const { name, file } = entry;
    const update = method(entry, 'update');
    const [weight, destructured] = update.parameters.map((parameter) => parameter.name);
    if (weight === undefined || !ts.isIdentifier(weight)) return refuse(update, 'update(weight, { … })');
    const constants =
      destructured !== undefined && ts.isObjectBindingPattern(destructured)
        ? destructured.elements.map((element) => element.name.getText())
        : [];
    const isDirected = property(entry, 'length') !== undefined;
    const kept = list(entry, 'states');
    const squares = list(entry, 'squares');
    const states = isDirected ? [...kept, 'direction'] : kept;
    const names = new Map(constants.map((constant) => [constant, `${constant}$`]));
    for (const number of ['value', 'gradient', ...states])
      names.set(`${weight.text}.${number}`, `${number}_`);
    const scope = scopeOf(file, names);
    const lines = statements(update, scope, (assigned) => {
      const state = assigned.slice(0, -1);
      if (!kept.includes(state)) return '';
      return ` ${assigned} = settle(${assigned}, ${squares.includes(state) ? 'leastSquare' : 'least'});`;
    });
    /** @type {(load: (address: string) => string, store: (address: string, value: string) => string) => string} */
    const four = (load, store) =>
      [
        `let value_ = ${load('value')};`,
        `const gradient_ = gradient(xi, ${load('d')}, value_, l1s, twice);`,
        ...states.map((state) => `let ${state}_ = ${state === 'direction' ? 'value_' : load(`${state}$`)};`),
        ...lines,
        ...states.map((state) => store(`${state}$`, `${state}_`)),
        ...(isDirected ? [] : [store('value', 'value_')]),
      ].join('\n      ');
    const whole = four(
      (at) => `v128.load(${at} + j)`,
      (at, value) => `v128.store(${at} + j, ${value});`,
    );
    const part = four(
      (at) => `loadPart(${at} + whole, rest)`,
      (at, value) => `storePart(${at} + whole, ${value}, rest);`,
    );
    const moving = ['value', ...states.map((state) => `${state}$`)];
    return `${[...calledFunctions(entry, 'update'), ''].join('\n\n')}export function ${name}(
  rows: i32,
  columns: i32,
  value: usize,
  x: usize,
  d: usize,
  states: usize,
  offset: i32,
  constants: usize,
  l1: f32,
  l2: f32,
): void {
  const l1s = f32x4.splat(l1);
  const twice = f32x4.splat(2 * l2);
  const least = f32x4.splat(LEAST);
  const leastSquare = f32x4.splat(LEAST_SQUARE);
  ${constants.map((constant, i) => `const ${constant}$ = v128.load32_splat(constants, ${4 * i});`).join('\n  ')}
  ${states.map((state, i) => `let ${state}$ = <usize>(load<u32>(states, ${4 * i}) + offset);`).join('\n  ')}
  value += offset;
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  const row = columns << 2;
  for (let i = 0; i < rows; i++) {
    const xi = v128.load32_splat(x + (i << 2));
    for (let j = 0; j < whole; j += 16) {
      ${whole}
    }
    if (rest) {
      ${part}
    }
    ${moving.map((pointer) => `${pointer} += row;`).join('\n    ')}
  }
}`;
  });
  return `import * as math from '../math';
import { loadPart, madd, nmadd, storePart } from '../simd';
import { gradient, LEAST, LEAST_SQUARE, settle } from '../updates/gradient';

${parts.join('\n\n')}
`;
}

const folder = join(tensor, 'assembly/generated');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries({ maps: maps(), losses: losses(), updates: updates() })) {
  const path = join(folder, `${name}.ts`);
  // A file that stays as it is keeps its time, so that the build is not made again.
  if (!existsSync(path) || readFileSync(path, 'utf8') !== MADE + text) writeFileSync(path, MADE + text);
}
