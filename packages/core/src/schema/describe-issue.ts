import type { ErrorObject } from 'ajv';
import { nearest } from './nearest';

/** What ajv found, as a sentence a person can act on. `secret` keeps the value itself out of it. */
export function describeIssue(error: ErrorObject, secret: boolean): string {
  const { data } = error;
  const params = error.params as Readonly<Record<string, string | number | readonly string[]>>;
  const is = secret && isScalar(data) ? `is ${typeName(data)} (not shown: it may be a secret)` : `is ${shown(data)}`;
  switch (error.keyword) {
    case 'type':
      return `should be ${[params['type'] as string | string[]].flat().map(withArticle).join(' or ')}, ${is}`;
    case 'required':
      return `is missing${purposeOf(error, params['missingProperty'])}`;
    case 'additionalProperties':
      return unknownProperty(params['additionalProperty'], error.parentSchema);
    case 'enum':
      return `should be one of ${[params['allowedValues']].flat().map(shown).join(', ')}, ${is}`;
    case 'const':
      return `should be ${shown(params['allowedValue'])}, ${is}`;
    case 'format':
      return `should be ${withArticle(String(params['format']))}, ${is}`;
    case 'pattern':
      return `should match ${String(params['pattern'])}, ${is}`;
    case 'minLength':
      return params['limit'] === 1
        ? `should not be empty, ${is}`
        : `should have at least ${String(params['limit'])} characters, ${is}`;
    case 'maxLength':
      return `should have at most ${String(params['limit'])} characters, ${secret ? is : `has ${String(data).length}`}`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `should be ${String(params['comparison'])} ${String(params['limit'])}, ${is}`;
    case 'minItems':
      return `should have at least ${String(params['limit'])} elements, has ${(data as unknown[]).length}`;
    case 'maxItems':
      return `should have at most ${String(params['limit'])} elements, has ${(data as unknown[]).length}`;
    case 'minProperties':
      return params['limit'] === 1
        ? 'should not be empty'
        : `should have at least ${String(params['limit'])} properties`;
    case 'dependencies':
      return `is missing; ${String(params['property'])} needs it`;
    case 'uniqueItems':
      return `should have no element twice; elements ${String(params['j'])} and ${String(params['i'])} are the same`;
    case 'not':
      return explanationOf(error) ?? `${error.message ?? 'breaks a rule'}, ${is}`;
    default:
      return `${error.message ?? `breaks the rule ${error.keyword}`}, ${is}`;
  }
}

/** The place an issue is about: for a missing or an unknown property, the property. */
export function pointerOf(error: ErrorObject): string {
  const property: unknown = error.params['missingProperty'] ?? error.params['additionalProperty'];
  if (typeof property !== 'string') return error.instancePath;
  return `${error.instancePath}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A short text of a value. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Lists and objects are never shown, but for what they are. */
function isScalar(value: unknown): boolean {
  return value !== null && typeof value !== 'object';
}

function typeName(value: unknown): string {
  return withArticle(typeof value);
}

function withArticle(name: string): string {
  if (name === 'null') return 'null';
  if (name === 'array') return 'a list';
  return /^[aeiou]/.test(name) && !name.startsWith('uri') ? `an ${name}` : `a ${name}`;
}

/** Only who wrote a `not` knows what it is there for: the description beside it says so. */
function explanationOf({ parentSchema }: ErrorObject): string | undefined {
  const { description } = (parentSchema ?? {}) as { description?: unknown };
  return typeof description === 'string' ? description : undefined;
}

function purposeOf(error: ErrorObject, property: unknown): string {
  const schema = propertiesOf(error.parentSchema)[String(property)];
  if (schema === undefined) return '';
  const type =
    'const' in schema ? shown(schema.const) : typeof schema.type === 'string' ? withArticle(schema.type) : '';
  const expected = type === '' ? '' : `should be ${type}`;
  const purpose = schema.description ?? schema.title ?? '';
  const text = [expected, purpose].filter((part) => part !== '').join(': ');
  return text === '' ? '' : ` (${text})`;
}

function unknownProperty(property: unknown, schema: unknown): string {
  const known = Object.keys(propertiesOf(schema));
  const suggestion = nearest(String(property), known);
  if (suggestion !== undefined) return `is not known here; did you mean ${suggestion}?`;
  return known.length === 0 ? 'is not known here' : `is not known here; known are ${known.join(', ')}`;
}

function propertiesOf(
  schema: unknown,
): Readonly<Record<string, { type?: unknown; const?: unknown; description?: string; title?: string }>> {
  return (schema as { properties?: Record<string, object> } | undefined)?.properties ?? {};
}
