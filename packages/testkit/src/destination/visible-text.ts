import { types } from 'node:util';

/** As deep as loggers go, and a little more. */
const MAX_DEPTH = 4;
/** An error may hold on to a socket, and so to half of the process. */
const MAX_OBJECTS = 2_000;

/** Of errors and URLs: printed all the same. */
const NOT_ENUMERABLE = ['name', 'message', 'stack', 'code', 'cause', 'errors', 'href'];

/** All texts that a log of a value would show: keys, members, and what errors hold. */
export function visibleText(value: unknown): string {
  const texts: string[] = [];
  const seen = new Set<object>();
  const visit = (part: unknown, depth: number): void => {
    if (typeof part === 'string') texts.push(part);
    if (typeof part !== 'object' || part === null || depth > MAX_DEPTH) return;
    if (seen.has(part) || seen.size >= MAX_OBJECTS || ArrayBuffer.isView(part)) return;
    seen.add(part);
    if (types.isMap(part) || types.isSet(part)) visit([...part], depth);
    for (const key of new Set([...Object.keys(part), ...NOT_ENUMERABLE.filter((name) => name in part)])) {
      texts.push(key);
      visit(memberOf(part, key), depth + 1);
    }
  };
  visit(value, 0);
  return texts.join('\n');
}

/** A member may be a getter that throws. */
function memberOf(value: object, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}
