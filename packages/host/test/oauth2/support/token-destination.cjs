// A destination that asks for tokens in its credentials schema, and sends each event with one.
const { DestinationInterface, HTTP, LOGGER, OAUTH2, RegisterDestination, defineSchema, oauth2 } = require('@dest/core');

const credentials = defineSchema({
  type: 'object',
  properties: { url: { type: 'string' }, login: { type: 'object', properties: { oauth2: oauth2() } } },
  additionalProperties: false,
});

class TokenDestination extends DestinationInterface {
  constructor(debug, resource, destination, tokens, http, logger) {
    super(debug, resource, destination);
    Object.assign(this, { tokens, http, logger });
  }

  async dispatchEvent(_data, _profile, _session, event, { signal }) {
    const token = await this.tokens.get({ signal });
    this.logger.info(`sends with ${token}, ${Buffer.from(`user:${token}`).toString('base64')}`);
    if (event.type === 'fails') throw new Error(`no luck with ${token}`);
    await this.http(this.credentials.url, { method: 'POST', headers: { authorization: token }, signal });
  }

  async dispatchProfile() {}
}

RegisterDestination({
  package: 'token',
  title: 'Token',
  credentials,
  init: defineSchema({ type: 'object' }),
  inject: [OAUTH2, HTTP, LOGGER],
})(TokenDestination);

module.exports = { TokenDestination };
