import { ConfigurationError } from '@dest/core';

/** What a topic may be written as; one source for schemas and for `parseTopic`. */
export const FIXED_TOPIC_PATTERN =
  '^(?:(?:(?:non-)?persistent://)?[-=:.\\w]+/[-=:.\\w]+/)?[^\\s/\\u0000-\\u001f\\u007f]+$';

const TOPIC = new RegExp(FIXED_TOPIC_PATTERN, 'u');

/** Names that an address can't hold: a URL takes them for steps between folders. */
const STEPS = new Set(['.', '..']);

/** A topic's parts. */
export interface Topic {
  readonly domain: 'persistent' | 'non-persistent';
  readonly tenant: string;
  readonly namespace: string;
  readonly name: string;
  /** `persistent://tenant/namespace/name` */
  readonly full: string;
}

/**
 * Reads a topic in any of the ways Pulsar allows to write one; a short name is in `persistent://public/default`.
 * Throws a ConfigurationError, PULSAR_TOPIC_INVALID.
 */
export function parseTopic(text: string): Topic {
  const topic = readTopic(text);
  if (topic !== undefined) return topic;
  throw new ConfigurationError(
    `init.topic: should be a topic such as persistent://public/default/orders, or a short name such as orders; is "${text}".`,
    { code: 'PULSAR_TOPIC_INVALID' },
  );
}

/** Undefined where the text is no topic. */
export function readTopic(text: string): Topic | undefined {
  if (!TOPIC.test(text)) return undefined;
  const domain = text.startsWith('non-persistent://') ? 'non-persistent' : 'persistent';
  const parts = text.slice(text.indexOf('://') === -1 ? 0 : domain.length + 3).split('/');
  const name = parts[2] ?? parts[0] ?? '';
  const [tenant, namespace] = parts.length === 3 ? [parts[0] ?? '', parts[1] ?? ''] : ['public', 'default'];
  if ([tenant, namespace, name].some((part) => STEPS.has(part))) return undefined;
  return { domain, tenant, namespace, name, full: `${domain}://${tenant}/${namespace}/${name}` };
}
