import { ConfigurationError, defineSchema, DestinationInterface, failureOf, HTTP, PermanentError } from '@dest/core';
import { RegisterDestination, TransientError } from '@dest/core';

const url = { type: 'string', pattern: '^https?://[^\\s/@]+(/\\S*)?$', description: 'Where items are sent.' };
const token = { type: 'string', pattern: '^[!-~]+$', writeOnly: true, description: 'Sent as a bearer token.' };
const method = { type: 'string', enum: ['POST', 'PUT'], default: 'POST', description: 'How items are sent.' };
const strict = { type: 'object', additionalProperties: false };
const credentials = defineSchema({ ...strict, properties: { url, token }, required: ['url', 'token'] });
const init = defineSchema({ ...strict, properties: { method } });
const about = { title: 'Template title', description: 'What the template does.' };

export class TemplateDestination extends DestinationInterface {
  #http; // a fetch under the host's network policy
  constructor(debug, resource, destination, http) {
    super(debug, resource, destination);
    this.#http = http;
  }

  async dispatchEvent(data, _profile, _session, _event, context) {
    const authorization = `Bearer ${this.credentials.token}`;
    const key = encodeURIComponent(context.idempotencyKey); // the same on every try
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key };
    const request = { headers, body: JSON.stringify(data), signal: context.signal, redirect: 'manual' };
    const response = await this.#http(this.credentials.url, { ...request, ...this.init }).catch((cause) => {
      if (failureOf(cause).retry === 'configuration') throw cause; // refused by the network policy
      throw new TransientError('The service is unreachable.', { code: 'TEMPLATE_DOWN', scope: 'destination', cause });
    });
    await response.body?.cancel();
    if (response.ok) return;
    const [status, code] = [response.status, `TEMPLATE_HTTP_${response.status}`];
    const said = `The service answered with ${status}: see its documentation.`;
    if ([400, 409, 413, 415, 422].includes(status)) throw new PermanentError(said, { code });
    if (status < 500 && ![408, 429].includes(status)) throw new ConfigurationError(said, { code });
    const retryAfterMs = Number(response.headers.get('retry-after')) * 1_000;
    throw new TransientError(said, { code, scope: 'destination', retryAfterMs });
  }

  async dispatchProfile(data, _profile, _session, context) {
    await this.dispatchEvent(data, undefined, undefined, undefined, context);
  }
}

RegisterDestination({ package: 'dest-plugin-template', ...about, credentials, init, inject: [HTTP] })(
  TemplateDestination,
);
