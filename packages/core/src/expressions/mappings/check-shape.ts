import { types } from 'node:util';
import { pointerTo } from './json-pointer';
import { MAPPING_LIMITS } from './limits';
import { MappingError } from './mapping-error';
import { isPrototypeKey, outputKey } from './output-key';
import { quotedForYaml, templateBehindKey } from './yaml-slip';

interface Place {
  readonly value: unknown;
  readonly pointer: string;
  readonly level: number;
  /** Inside a `$literal`, where keys are as they are. */
  readonly literal: boolean;
}

/**
 * Looks through a mapping before anything recursive does: it is plain JSON, not too deep and not too large, and none of
 * its keys would touch a prototype or betrays a template without quotes.
 *
 * @throws MappingError
 */
export function checkShape(mapping: unknown): void {
  const places: Place[] = [{ value: mapping, pointer: '', level: 1, literal: false }];
  let nodes = 0;
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { pointer } = place;
    const { value } = place;
    if (++nodes > MAPPING_LIMITS.nodes) {
      const message = `A mapping has at most ${MAPPING_LIMITS.nodes} values; this one has more.`;
      throw new MappingError(message, { code: 'MAPPING_TOO_LARGE', pointer });
    }
    if (typeof value !== 'object' || value === null) checkScalar(value, pointer);
    else places.push(...readMembers(place, value, nodes + places.length));
  }
}

function checkScalar(value: unknown, pointer: string): void {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  const found = typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
  throw new MappingError(`A mapping is plain JSON; this is ${found}.`, { code: 'MAPPING_NOT_JSON', pointer });
}

function readMembers(place: Place, value: object, before: number): Place[] {
  const { pointer } = place;
  if (types.isProxy(value)) {
    const message = 'A mapping is plain JSON; this is a Proxy: hand over a plain copy.';
    throw new MappingError(message, { code: 'MAPPING_NOT_JSON', pointer });
  }
  try {
    return membersOf(place, value, before);
  } catch (error) {
    if (error instanceof MappingError) throw error;
    const message = 'A mapping is plain JSON; this is an object that throws when it is read.';
    throw new MappingError(message, { code: 'MAPPING_NOT_JSON', pointer, cause: error });
  }
}

function membersOf({ pointer, level, literal }: Place, value: object, before: number): Place[] {
  if (level > MAPPING_LIMITS.levels) {
    const message = `A mapping is nested at most ${MAPPING_LIMITS.levels} levels deep; take it apart.`;
    throw new MappingError(message, { code: 'MAPPING_TOO_DEEP', pointer });
  }
  if (Array.isArray(value)) {
    if (before + value.length > MAPPING_LIMITS.nodes + 1) {
      const message = `A mapping has at most ${MAPPING_LIMITS.nodes} values; with this list it has more.`;
      throw new MappingError(message, { code: 'MAPPING_TOO_LARGE', pointer });
    }
    return Array.from(value, (element: unknown, index) => {
      return { value: element, pointer: pointerTo(pointer, index), level: level + 1, literal };
    });
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const message = `A mapping is plain JSON; this is an object of class ${classOf(prototype)}.`;
    throw new MappingError(message, { code: 'MAPPING_NOT_JSON', pointer });
  }
  return Object.entries(value).map(([key, member]) => {
    if (!literal) checkKey(key, member, pointer);
    if (isPrototypeKey(key)) throw prototypeKey(key, pointer);
    return {
      value: member as unknown,
      pointer: pointerTo(pointer, key),
      level: level + 1,
      literal: literal || key === '$literal',
    };
  });
}

function checkKey(written: string, member: unknown, pointer: string): void {
  const template = templateBehindKey(written);
  const isMangled = member === null || written.startsWith('{ ?') || written === '[object Object]';
  if (template !== undefined && isMangled) {
    const message = `YAML reads {{…}} without quotes as an object: write ${quotedForYaml(template)} in quotes.`;
    throw new MappingError(message, { code: 'MAPPING_UNQUOTED_TEMPLATE', pointer });
  }
  const { key } = outputKey(written);
  if (isPrototypeKey(key)) throw prototypeKey(written, pointer);
}

function prototypeKey(written: string, pointer: string): MappingError {
  const message = `\`${written}\` can't be a key of a payload: it would reach into prototypes. Take another name.`;
  return new MappingError(message, { code: 'MAPPING_PROTOTYPE_KEY', pointer: pointerTo(pointer, written) });
}

function classOf(prototype: object): string {
  const maker: unknown = (prototype as { constructor?: unknown }).constructor;
  return typeof maker === 'function' && maker.name !== '' ? maker.name : 'without a name';
}
