import { ConfigurationError, PermanentError, type Scope } from '@dest/core';
import { compileSetting } from './compile-setting';
import { parseTopic, readTopic, type Topic } from './topic';

const PART = '(?:[-=:.\\w]|\\{\\{[^{}]*\\}\\})+';
const NAME = '(?:[^\\s/{}\\u0000-\\u001f\\u007f]|\\{\\{[^{}]*\\}\\}|[{}](?![{}]))+';

/** What `init.topic` may be: a topic, or a template of one; for the schema, which sees no references. */
export const TOPIC_PATTERN = `^(?:(?:(?:non-)?persistent://)?${PART}/${PART}/)?${NAME}$`;

const HOLE = /\{\{\s*([^{}]*?)\s*\}\}/g;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNFIT = /[\s/\u0000-\u001f\u007f]/u;
const MOST_CHARACTERS = 512;

/** Where messages go: to one topic, or to the one that a template makes of each. */
export interface TopicSource {
  /** Absent for a template. */
  readonly fixed?: Topic;
  /** Throws a PermanentError, PULSAR_TOPIC_INVALID, where the template makes no topic of it. */
  topicOf(scope: Scope): Topic;
}

/**
 * Compiles `init.topic`. What a reference gives becomes a part of a name, never a way to another tenant or namespace.
 * Throws a ConfigurationError: PULSAR_TOPIC_INVALID, REFERENCE_INVALID.
 */
export function compileTopic(template: string): TopicSource {
  const holes = [...template.matchAll(HOLE)];
  if (template.replace(HOLE, '').includes('{{')) throw unreadable(template);
  if (holes.length === 0) {
    const fixed = parseTopic(template);
    return { fixed, topicOf: () => fixed };
  }
  if (readTopic(template.replace(HOLE, 'x')) === undefined) throw unreadable(template);
  const tail = template.slice((holes.at(-1)?.index ?? 0) + (holes.at(-1)?.[0].length ?? 0));
  let end = 0;
  const parts = holes.map(({ 0: hole, 1: reference = '', index }) => {
    const head = template.slice(end, index);
    end = index + hole.length;
    return { head, value: compileHole(reference) };
  });
  return {
    topicOf: (scope) => {
      const text = parts.reduce((made, { head, value }) => made + head + value(scope), '') + tail;
      const topic = text.length > MOST_CHARACTERS ? undefined : readTopic(text);
      if (topic === undefined) throw invalid(`${template} gives ${shown(text)}, which is no topic`);
      return topic;
    },
  };
}

function compileHole(text: string): (scope: Scope) => string {
  const reference = compileSetting('init.topic', text);
  return (scope) => {
    const value = reference.get(scope);
    if (value === undefined || value === null || value === '') throw invalid(`${text} is missing or empty`);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw invalid(`${text} gives ${Array.isArray(value) ? 'a list' : 'an object'}`);
    }
    const part = String(value);
    if (UNFIT.test(part)) throw invalid(`${text} gives ${shown(part)}, with a slash, a blank or a control character`);
    return part;
  };
}

function unreadable(template: string): ConfigurationError {
  return new ConfigurationError(
    `init.topic: should be a topic, or a template of one such as persistent://public/default/{{event@type}}; is "${template}".`,
    { code: 'PULSAR_TOPIC_INVALID' },
  );
}

function invalid(found: string): PermanentError {
  return new PermanentError(
    `init.topic: no topic can be made for this message: ${found}. Expected is text that may be part of a topic's name. ` +
      'Narrow what the destination takes by its condition or eventType, or change the template; then replay the dead letter.',
    { code: 'PULSAR_TOPIC_INVALID' },
  );
}

function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
