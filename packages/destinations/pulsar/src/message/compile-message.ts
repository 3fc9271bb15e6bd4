import { parseDuration } from '@dest/core';
import type { PulsarInit } from '../init';
import { compileSetting } from '../compile-setting';
import type { PulsarMessage } from '../transport/pulsar-transport';
import { compileEventTime } from './compile-event-time';
import { compileProperties } from './compile-properties';
import type { Sendable } from './sendable';
import { serialize } from './serialize';
import { textOf } from './text-of';

/** Makes one message. Throws a PermanentError where none can be made. */
export type MakeMessage = (item: Sendable, now: number) => PulsarMessage;

/** Compiles what the parameters say about a message. Throws a ConfigurationError that says which one is wrong. */
export function compileMessage(init: PulsarInit): MakeMessage {
  const { serializer } = init;
  const keyOf = compileKey(init.key);
  const propertiesOf = compileProperties(init.properties);
  const eventTimeOf = compileEventTime(init.eventTime);
  const deliverAfterMs = init.deliverAfter === undefined ? 0 : parseDuration(init.deliverAfter);
  return (item, now) => {
    const key = keyOf(item);
    const eventTimeMs = eventTimeOf?.(item, now);
    return {
      payload: serialize(serializer, item),
      properties: propertiesOf(item, now),
      ...(key === undefined || key === '' ? undefined : { key }),
      ...(eventTimeMs === undefined ? undefined : { eventTimeMs }),
      ...(deliverAfterMs === 0 ? undefined : { deliverAfterMs }),
    };
  };
}

/** Absent: what orders the deliveries orders the messages. */
function compileKey(setting: string | undefined): (item: Sendable) => string | undefined {
  if (setting === undefined) return ({ key }) => key;
  const reference = compileSetting('init.key', setting);
  return (item) => textOf(reference.get(item));
}
