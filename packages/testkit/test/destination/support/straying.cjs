// Holds one that throws where nobody can catch it against the contract, and prints what fails: run by Node alone, since test
// runners catch that by themselves.
const { setImmediate } = require('node:timers');
const { defineSchema, DestinationInterface, HTTP, RegisterDestination } = require('@dest/core');
const { FakeHttpServer, runConformance } = require('@dest/testkit');

class StrayingDestination extends DestinationInterface {
  constructor(debug, resource, destination, http) {
    super(debug, resource, destination);
    this.http = http;
  }

  async dispatchEvent(data, profile, session, event, { signal }) {
    if (process.argv[2] === 'rejection') void Promise.reject(new Error('nobody awaits this'));
    else
      setImmediate(() => {
        throw new Error('nobody catches this');
      });
    await this.http(this.init.url, { method: 'POST', body: JSON.stringify(data), signal });
  }

  async dispatchProfile(data, profile, session, context) {
    await this.http(this.init.url, { method: 'POST', body: JSON.stringify(data), signal: context.signal });
  }
}

RegisterDestination({
  package: '@acme/straying',
  title: 'Straying',
  description: 'Throws where nobody can catch it.',
  credentials: defineSchema({ type: 'object', additionalProperties: false }),
  init: defineSchema({
    type: 'object',
    properties: { url: { type: 'string', description: 'Where it is.' } },
    additionalProperties: false,
  }),
  inject: [HTTP],
})(StrayingDestination);

const kit = {
  start: () => FakeHttpServer.start(),
  init: ({ origin }) => ({ url: origin }),
  received: ({ taken }) => taken.map(({ body }) => ({ data: JSON.parse(body) })),
};
const only = ({ group }) => group === 'dispatch' || group === 'lifecycle';

runConformance(StrayingDestination, kit, { only }).then(({ results }) => {
  const failed = results.filter(({ status }) => status === 'failed').map(({ name, message }) => ({ name, message }));
  console.log(JSON.stringify(failed));
});
