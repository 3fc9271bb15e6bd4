import { ConfigurationError } from '@dest/core';

/** What a topic may be written as; one source for the schema and for `parseTopic`. */
export const TOPIC_PATTERN = '^(?:(?:(?:non-)?persistent://)?[-=:.\\w]+/[-=:.\\w]+/)?[^\\s/\\u0000-\\u001f\\u007f]+$';

const TOPIC = new RegExp(TOPIC_PATTERN, 'u');

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
  if (!TOPIC.test(text)) {
    throw new ConfigurationError(
      `init.topic: should be a topic such as persistent://public/default/orders, or a short name such as orders; is "${text}".`,
      { code: 'PULSAR_TOPIC_INVALID' },
    );
  }
  const domain = text.startsWith('non-persistent://') ? 'non-persistent' : 'persistent';
  const parts = text.slice(text.indexOf('://') === -1 ? 0 : domain.length + 3).split('/');
  const name = parts[2] ?? parts[0] ?? '';
  const [tenant, namespace] = parts.length === 3 ? [parts[0] ?? '', parts[1] ?? ''] : ['public', 'default'];
  return { domain, tenant, namespace, name, full: `${domain}://${tenant}/${namespace}/${name}` };
}
