import { isSecret } from '../schema/secret-paths';

/** What a field of a form is shown as. `json`: a value that nothing simpler fits. */
export type FormComponent = 'text' | 'number' | 'switch' | 'select' | 'list' | 'group' | 'json';

/** A field of a form that is derived from a schema. */
export interface FormField {
  /** JSON pointer (RFC 6901) into the value, such as `/tls/clientKey`. */
  readonly pointer: string;
  readonly label: string;
  readonly help?: string;
  readonly component: FormComponent;
  readonly required: boolean;
  /** True where it is a secret, which is never shown again. */
  readonly secret: boolean;
  readonly default?: unknown;
  /** Of a select. */
  readonly choices?: readonly unknown[];
  readonly examples?: readonly unknown[];
  /** Of a group. */
  readonly fields?: readonly FormField[];
}

interface Node {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly description?: unknown;
  readonly enum?: unknown;
  readonly default?: unknown;
  readonly examples?: unknown;
  readonly items?: unknown;
  readonly properties?: unknown;
  readonly required?: unknown;
}

/** The fields of a schema's properties, in its order. What is not said by `properties` has no field. */
export function deriveForm(schema: object): readonly FormField[] {
  return fieldsOf(schema, '', schema);
}

function fieldsOf(node: Node, pointer: string, root: object): readonly FormField[] {
  if (!isObject(node.properties)) return [];
  const required: readonly unknown[] = Array.isArray(node.required) ? node.required : [];
  return Object.entries(node.properties).map(([key, schema]) => {
    const own = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return fieldOf(key, isObject(schema) ? schema : {}, own, required.includes(key), root);
  });
}

function fieldOf(key: string, node: Node, pointer: string, required: boolean, root: object): FormField {
  const { title, description, examples } = node;
  const component = componentOf(node);
  return {
    pointer,
    label: typeof title === 'string' ? title : wordsOf(key),
    ...(typeof description === 'string' ? { help: description } : {}),
    component,
    required,
    // A group is none itself: its fields say.
    secret: component !== 'group' && isSecret(root, pointer),
    ...('default' in node ? { default: node.default } : {}),
    ...(component === 'select' ? { choices: node.enum as readonly unknown[] } : {}),
    ...(Array.isArray(examples) ? { examples } : {}),
    ...(component === 'group' ? { fields: fieldsOf(node, pointer, root) } : {}),
  };
}

function componentOf(node: Node): FormComponent {
  if (Array.isArray(node.enum)) return 'select';
  switch (node.type) {
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'switch';
    case 'array':
      return isObject(node.items) && node.items.type === 'string' ? 'list' : 'json';
    case 'object':
      return isObject(node.properties) && Object.keys(node.properties).length > 0 ? 'group' : 'json';
    default:
      return 'json';
  }
}

/** `flushIntervalMs` as `Flush interval ms`. */
function wordsOf(key: string): string {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isObject(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
