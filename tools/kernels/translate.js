// Translates functions on numbers, as they stand in the tensor package, into AssemblyScript on vectors of four float32.
// Plain JavaScript, for it runs before anything is built.

import ts from 'typescript';

/**
 * What names mean in a function.
 *
 * @typedef {object} Scope
 * @property {ts.SourceFile} file
 * @property {Map<string, string>} names of local variables, with the vector that each stands for
 * @property {Set<string>} used names of parameters that have been read
 * @property {(name: string) => string} imported name of the function on vectors that an imported one stands for
 */

/** Functions of `Math` and their vector forms. */
const mathFunctions = new Map([
  ['abs', 'f32x4.abs'],
  ['exp', 'math.exp'],
  ['expm1', 'math.expm1'],
  ['log', 'math.log'],
  ['log1p', 'math.log1p'],
  ['max', 'f32x4.max'],
  ['min', 'f32x4.min'],
  ['sqrt', 'f32x4.sqrt'],
  ['tanh', 'math.tanh'],
]);

/** Functions of the tensor package that have a vector form of the same name. */
const ownFunctions = new Map([['normalCdf', 'math.normalCdf']]);

/** @type {Map<ts.SyntaxKind, string>} */
const arithmetic = new Map([
  [ts.SyntaxKind.PlusToken, 'add'],
  [ts.SyntaxKind.MinusToken, 'sub'],
  [ts.SyntaxKind.AsteriskToken, 'mul'],
  [ts.SyntaxKind.SlashToken, 'div'],
]);

/** @type {Map<ts.SyntaxKind, string>} */
const comparisons = new Map([
  [ts.SyntaxKind.LessThanToken, 'lt'],
  [ts.SyntaxKind.LessThanEqualsToken, 'le'],
  [ts.SyntaxKind.GreaterThanToken, 'gt'],
  [ts.SyntaxKind.GreaterThanEqualsToken, 'ge'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, 'eq'],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, 'ne'],
]);

/**
 * @param {ts.Node} node
 * @param {string} expected
 * @returns {never}
 */
export function refuse(node, expected) {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  throw new Error(`${file.fileName}:${line + 1}: expected ${expected}, got ${node.getText()}`);
}

/** @param {ts.Expression} node @returns {ts.Expression} without parentheses around it */
function inside(node) {
  return ts.isParenthesizedExpression(node) ? inside(node.expression) : node;
}

/**
 * The number that an expression of constants is.
 *
 * @param {ts.Expression} parenthesized
 * @param {Scope} scope
 * @returns {number | undefined} nothing where it depends on more
 */
function constantOf(parenthesized, scope) {
  const node = inside(parenthesized);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isIdentifier(node)) return scope.names.has(node.text) ? undefined : fileConstant(node, scope);
  if (ts.isPropertyAccessExpression(node)) {
    const [object, name] = [node.expression.getText(), node.name.text];
    const found =
      object === 'Math' ? Reflect.get(Math, name) : object === 'Number' && Reflect.get(Number, name);
    return typeof found === 'number' ? found : undefined;
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const value = constantOf(node.operand, scope);
    return value === undefined ? undefined : -value;
  }
  if (!ts.isBinaryExpression(node)) return undefined;
  const [left, right] = [constantOf(node.left, scope), constantOf(node.right, scope)];
  if (left === undefined || right === undefined) return undefined;
  switch (arithmetic.get(node.operatorToken.kind)) {
    case 'add':
      return left + right;
    case 'sub':
      return left - right;
    case 'mul':
      return left * right;
    case 'div':
      return left / right;
    default:
      return undefined;
  }
}

/** @param {ts.Identifier} node @param {Scope} scope @returns {number | undefined} what a constant of the file is */
function fileConstant(node, scope) {
  for (const statement of scope.file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (name.getText() === node.text && initializer !== undefined) return constantOf(initializer, scope);
    }
  }
  return undefined;
}

/** @param {number} value @returns {string} */
function splat(value) {
  const text = Number.isNaN(value) ? 'NaN' : Object.is(value, -0) ? '-0.0' : String(value);
  return `f32x4.splat(${text})`;
}

/**
 * The vector that an expression stands for. a·b + c becomes one operation where the build has it.
 *
 * @param {ts.Expression} parenthesized
 * @param {Scope} scope
 * @returns {string}
 */
function vector(parenthesized, scope) {
  const constant = constantOf(parenthesized, scope);
  if (constant !== undefined) return splat(constant);
  const node = inside(parenthesized);
  if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) return variable(node, scope);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const magnitude = argumentOf('abs', node.operand);
    if (magnitude !== undefined) return `v128.or(${vector(magnitude, scope)}, i32x4.splat(0x80000000))`;
    return `f32x4.neg(${vector(node.operand, scope)})`;
  }
  if (ts.isBinaryExpression(node)) {
    return operation(node.operatorToken.kind, node.left, node.right, scope) ?? refuse(node, '+ − · or /');
  }
  if (ts.isConditionalExpression(node)) return choice(node, scope);
  if (ts.isCallExpression(node)) return call(node, scope);
  return refuse(node, 'an expression of numbers');
}

/** @param {ts.Identifier | ts.PropertyAccessExpression} node @param {Scope} scope @returns {string} */
function variable(node, scope) {
  const name = node.getText();
  scope.used.add(name);
  return scope.names.get(name) ?? refuse(node, `one of ${[...scope.names.keys()].join(', ')}`);
}

/**
 * @param {ts.SyntaxKind} operator
 * @param {ts.Expression} left
 * @param {ts.Expression} right
 * @param {Scope} scope
 * @returns {string | undefined} nothing for an operator that is none of arithmetic
 */
function operation(operator, left, right, scope) {
  const name = arithmetic.get(operator);
  if (name === undefined) return undefined;
  const [a, b] = [inside(left), inside(right)];
  /** @param {ts.Expression} node */
  const factors = (node) =>
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.AsteriskToken &&
    constantOf(node, scope) === undefined
      ? `${vector(node.left, scope)}, ${vector(node.right, scope)}`
      : undefined;
  const [ofLeft, ofRight] = [factors(a), factors(b)];
  if (name === 'add' && ofLeft !== undefined) return `madd(${ofLeft}, ${vector(b, scope)})`;
  if (name === 'add' && ofRight !== undefined) return `madd(${ofRight}, ${vector(a, scope)})`;
  if (name === 'sub' && ofRight !== undefined) return `nmadd(${ofRight}, ${vector(a, scope)})`;
  return `f32x4.${name}(${vector(a, scope)}, ${vector(b, scope)})`;
}

/** @param {ts.ConditionalExpression} node @param {Scope} scope @returns {string} */
function choice({ condition, whenTrue, whenFalse }, scope) {
  const [yes, no] = [vector(whenTrue, scope), vector(whenFalse, scope)];
  const where = mask(condition, scope);
  const zero = splat(0);
  if (no === zero) return `v128.and(${where}, ${yes})`;
  if (yes === zero) return `v128.andnot(${no}, ${where})`;
  return `v128.bitselect(${yes}, ${no}, ${where})`;
}

/** @param {ts.Expression} parenthesized @param {Scope} scope @returns {string} all ones where it holds */
function mask(parenthesized, scope) {
  const node = inside(parenthesized);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return `v128.not(${mask(node.operand, scope)})`;
  }
  if (!ts.isBinaryExpression(node)) return refuse(node, 'a comparison');
  const { left, right, operatorToken } = node;
  const comparison = comparisons.get(operatorToken.kind);
  if (comparison !== undefined) return `f32x4.${comparison}(${vector(left, scope)}, ${vector(right, scope)})`;
  if (operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) {
    return `v128.and(${mask(left, scope)}, ${mask(right, scope)})`;
  }
  if (operatorToken.kind === ts.SyntaxKind.BarBarToken) {
    return `v128.or(${mask(left, scope)}, ${mask(right, scope)})`;
  }
  return refuse(node, 'a comparison');
}

/** @param {string} name @param {ts.Expression} parenthesized @returns {ts.Expression | undefined} a of `Math.name(a)` */
function argumentOf(name, parenthesized) {
  const node = inside(parenthesized);
  const isCall = ts.isCallExpression(node) && node.expression.getText() === `Math.${name}`;
  return isCall ? node.arguments[0] : undefined;
}

/** @param {ts.Expression} node @returns {boolean} whether it is e^−|a| */
function isShare(node) {
  const exponent = argumentOf('exp', node);
  return (
    exponent !== undefined &&
    ts.isPrefixUnaryExpression(exponent) &&
    exponent.operator === ts.SyntaxKind.MinusToken &&
    argumentOf('abs', exponent.operand) !== undefined
  );
}

/** @param {ts.CallExpression} node @param {Scope} scope @returns {string} */
function call(node, scope) {
  const { expression } = node;
  // The numbers that another function is given by name, {}, are none.
  const given = node.arguments.filter((argument) => !ts.isObjectLiteralExpression(argument));
  const numbers = given.map((argument) => vector(argument, scope)).join(', ');
  if (ts.isIdentifier(expression)) {
    const name = ownFunctions.get(expression.text) ?? localFunction(expression.text, scope);
    return name === undefined ? refuse(node, 'a function of this file') : `${name}(${numbers})`;
  }
  if (!ts.isPropertyAccessExpression(expression)) return refuse(node, 'a function by its name');
  const object = expression.expression.getText();
  const name = expression.name.text;
  if (object === 'Math') {
    const [first, bound] = given;
    if ((name === 'max' || name === 'min') && bound !== undefined && constantOf(bound, scope) !== undefined) {
      // One instruction, where the maximum of two numbers that may both be NaN takes several.
      return `f32x4.p${name}(${vector(/** @type {ts.Expression} */ (first), scope)}, ${vector(bound, scope)})`;
    }
    if (name === 'log1p' && first !== undefined && isShare(first)) return `math.log1pOfShare(${numbers})`;
    const known = mathFunctions.get(name) ?? refuse(node, `one of ${[...mathFunctions.keys()].join(', ')}`);
    return `${known}(${numbers})`;
  }
  if (name !== 'value') return refuse(node, "another function's value");
  return `${scope.imported(object)}(${numbers})`;
}

/** @param {string} name @param {Scope} scope @returns {string | undefined} */
function localFunction(name, { file }) {
  return functionsOf(file).some((declared) => declared.name?.text === name)
    ? functionName(file, name)
    : undefined;
}

/** @param {ts.SourceFile} file @returns {ts.FunctionDeclaration[]} the functions on numbers that a file declares for itself */
export function functionsOf(file) {
  return file.statements.filter(ts.isFunctionDeclaration);
}

/** @param {ts.SourceFile} file @param {string} name @returns {string} what it is called among those of all files */
export function functionName({ fileName }, name) {
  return `${fileName.replace(/^.*[/]|[.]ts$/g, '')}_${name}`;
}

/** A function of an object's, as `value(x) { … }` or `value: (x) => …`. @typedef {ts.MethodDeclaration | ts.ArrowFunction} FunctionOfObject */

/**
 * The statements of a function as AssemblyScript.
 *
 * @param {FunctionOfObject | ts.FunctionDeclaration} node
 * @param {Scope} scope whose names grow by its local variables
 * @param {(assigned: string) => string} [afterAssignment] what follows on an assignment
 * @returns {string[]}
 */
export function statements({ body }, scope, afterAssignment = () => '') {
  if (body === undefined) return [];
  if (!ts.isBlock(body)) return [`return ${vector(body, scope)};`];
  return body.statements.flatMap((statement) => {
    if (ts.isReturnStatement(statement) && statement.expression !== undefined) {
      return [`return ${vector(statement.expression, scope)};`];
    }
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name, initializer }) => {
        if (initializer === undefined || !ts.isIdentifier(name)) return refuse(statement, 'const name = …');
        const value = vector(initializer, scope);
        // The suffix keeps it apart from the names of the code around.
        scope.names.set(name.text, `${name.text}$`);
        return `const ${name.text}$ = ${value};`;
      });
    }
    if (ts.isExpressionStatement(statement))
      return [assignment(statement.expression, scope, afterAssignment)];
    return refuse(statement, 'a constant, an assignment or a return');
  });
}

/** @type {Map<ts.SyntaxKind, ts.SyntaxKind>} */
const compound = new Map([
  [ts.SyntaxKind.PlusEqualsToken, ts.SyntaxKind.PlusToken],
  [ts.SyntaxKind.MinusEqualsToken, ts.SyntaxKind.MinusToken],
  [ts.SyntaxKind.AsteriskEqualsToken, ts.SyntaxKind.AsteriskToken],
  [ts.SyntaxKind.SlashEqualsToken, ts.SyntaxKind.SlashToken],
]);

/**
 * @param {ts.Expression} node
 * @param {Scope} scope
 * @param {(assigned: string) => string} after
 * @returns {string}
 */
function assignment(node, scope, after) {
  if (!ts.isBinaryExpression(node)) return refuse(node, 'an assignment');
  const { left, right, operatorToken } = node;
  const name =
    scope.names.get(left.getText()) ?? refuse(left, `one of ${[...scope.names.keys()].join(', ')}`);
  const operator = compound.get(operatorToken.kind);
  const value =
    operatorToken.kind === ts.SyntaxKind.EqualsToken
      ? vector(right, scope)
      : operator === undefined
        ? undefined
        : operation(operator, left, right, scope);
  return `${name} = ${value ?? refuse(node, 'an assignment')};${after(name)}`;
}
