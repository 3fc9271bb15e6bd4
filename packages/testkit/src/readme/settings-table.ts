import { fieldsOf, nodeOf, type SchemaField, type SchemaNode } from '../destination/schema-fields';

const HEADINGS = ['name', 'type', 'default', 'secret', 'description'];

/** The fields of a schema as a Markdown table, its columns aligned; a sentence where it has none. */
export function settingsTable(schema: object): string {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return 'None.';
  const rows = fields.map((field) => rowOf(field, isRequired(schema, field)));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(...[heading, ...rows.map((row) => row[column] ?? '')].map(({ length }) => length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(HEADINGS), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function rowOf({ path, schema }: SchemaField, required: boolean): readonly string[] {
  const standard = 'default' in schema ? code(schema['default']) : required ? 'required' : '';
  const about = textOf(schema['description'] ?? schema['title']);
  return [`\`${path}\``, typeOf(schema), standard, schema['writeOnly'] === true ? 'yes' : '', about].map(cell);
}

/** `'POST'` or `'PUT'`; integer, 1 to 256; a list of texts. */
function typeOf(schema: SchemaNode): string {
  const { const: only, enum: values, type, items, minimum, maximum } = schema;
  if (only !== undefined) return code(only);
  if (Array.isArray(values)) return listOf(values.map(code));
  const choices = [schema['anyOf'] ?? schema['oneOf'] ?? []].flat(1).map((choice) => typeOf(nodeOf(choice)));
  if (type === undefined) return listOf([...new Set(choices)]) || 'anything';
  const name = listOf([type].flat().map(String));
  if (type === 'array') return items === undefined ? 'array' : `array of ${typeOf(nodeOf(items))}`;
  if (minimum !== undefined && maximum !== undefined) return `${name}, ${textOf(minimum)} to ${textOf(maximum)}`;
  if (minimum !== undefined) return `${name}, at least ${textOf(minimum)}`;
  return maximum === undefined ? name : `${name}, at most ${textOf(maximum)}`;
}

/** Whether the object that a field is in can't be without it, however deep that is. */
function isRequired(schema: object, { path, name }: SchemaField): boolean {
  const parents = path.split('.').slice(0, -1);
  let place = nodeOf(schema);
  for (const parent of parents) {
    place = nodeOf(nodeOf(place['properties'])[parent.replace(/\[\]$/, '')]);
    if (parent.endsWith('[]')) place = nodeOf(place['items']);
  }
  return [place['required'] ?? []].flat().includes(name);
}

function listOf(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

/** What would end a cell, or a line, in a table. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}
