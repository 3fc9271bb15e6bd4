import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { describeIssue, pointerOf } from './describe-issue';
import type { SchemaIssue } from './schema-issue';
import { OAUTH2_MARK } from './oauth2-mark';
import { isSecret } from './secret-paths';
import { findUnplain } from './find-unplain';

/** A compiled schema: gives the value with defaults filled in, or what is wrong with it. The input is never changed. */
export type Validator = (value: unknown, options?: ValidationOptions) => ValidationResult;

export interface ValidationOptions {
  /** True where no value may come up in a message, whatever the schema marks. Default: false. */
  readonly hideValues?: boolean;
}

export type ValidationResult =
  | { readonly valid: true; readonly value: unknown }
  | { readonly valid: false; readonly issues: readonly SchemaIssue[] };

const compiled = new WeakMap<object, Validator>();

/**
 * Compiles a JSON Schema (draft 7; formats of ajv-formats; strict, so that a misspelled keyword is an error).
 * Compiled once per schema object. Throws ajv's error where the schema itself is not valid.
 */
export function compileSchema(json: object): Validator {
  const known = compiled.get(json);
  if (known !== undefined) return known;
  // An instance each: two plugins may use the same `$id`.
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    verbose: true,
  });
  addFormats(ajv);
  ajv.addKeyword({ keyword: OAUTH2_MARK, schemaType: 'boolean' });
  const validate = ajv.compile(json);
  const validator: Validator = (value, { hideValues = false } = {}) => {
    const unplain = findUnplain(value);
    if (unplain !== undefined) return { valid: false, issues: [unplain] };
    const copy: unknown = structuredClone(value);
    if (validate(copy)) return { valid: true, value: copy };
    return { valid: false, issues: issuesOf(json, validate, hideValues) };
  };
  compiled.set(json, validator);
  return validator;
}

function issuesOf(json: object, validate: ValidateFunction, hideValues: boolean): SchemaIssue[] {
  const errors = validate.errors ?? [];
  const issues = new Map<string, SchemaIssue>();
  for (const error of errors) {
    if (isSummary(error, errors)) continue;
    const pointer = pointerOf(error);
    const message = describeIssue(error, hideValues || isSecret(json, error.instancePath));
    issues.set(`${pointer} ${message}`, { pointer, message });
  }
  return [...issues.values()];
}

/** `anyOf` and the like only say that what was reported inside them failed. */
function isSummary(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  const combines = ['anyOf', 'oneOf', 'allOf', 'if'].includes(error.keyword);
  return combines && errors.some((other) => other !== error && other.schemaPath.startsWith(error.schemaPath));
}
