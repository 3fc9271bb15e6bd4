// Compiled with the tests, never run: what the types of the decorator let through, and what not.
import { DestinationInterface, RegisterDestination, defineSchema, type TypeOf } from '@dest/core';

const credentials = defineSchema({ type: 'object', properties: { host: { type: 'string' } }, required: ['host'] });
const init = defineSchema({
  type: 'object',
  properties: { topic: { type: 'string' }, size: { type: 'integer', default: 5 } },
  required: ['topic'],
  additionalProperties: false,
});

class Base<Credentials, Init> extends DestinationInterface<Credentials, Init> {
  async dispatchEvent(): Promise<void> {}
  async dispatchProfile(): Promise<void> {}
}

@RegisterDestination({ package: 'typed', title: 'Typed', credentials, init })
export class Typed extends Base<TypeOf<typeof credentials>, TypeOf<typeof init>> {
  // A property with a default is there.
  readonly size: number = this.init.size;
  readonly host: string = this.credentials.host;
}

@RegisterDestination({ package: 'untyped', title: 'Untyped', credentials, init })
export class Untyped extends Base<unknown, unknown> {}

// @ts-expect-error -- the schema says that topic is a text
@RegisterDestination({ package: 'mistyped', title: 'Mistyped', credentials, init })
export class Mistyped extends Base<TypeOf<typeof credentials>, { topic: number }> {}

// @ts-expect-error -- no dispatch methods
@RegisterDestination({ package: 'bare', title: 'Bare', credentials, init })
export class Bare {}
