import { indent } from './indent';

const WIDTH = 100;

/** JSON for people: what fits into a line stays on one, the rest is broken up. */
export function renderJson(value: unknown, width = WIDTH): string {
  const text = spaced(value);
  if (typeof value !== 'object' || value === null || text.length <= width) return text;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const members = Array.isArray(value)
    ? value.map((member) => renderJson(member, width - 2))
    : Object.entries(value).map(([key, member]) => {
        const name = `${JSON.stringify(key)}: `;
        return `${name}${renderJson(member, width - 2 - name.length)}`;
      });
  return `${open}\n${indent(members.join(',\n'), 2)}\n${close}`;
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
