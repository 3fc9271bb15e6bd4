/** A plugin file whose destination, `leaking`, tells its token wherever it can, in every form, and fails as its `init` says. */
export const LEAKING_PLUGIN = `
const core = require('@dest/core');
const credentials = core.defineSchema({
  type: 'object',
  properties: { user: { type: 'string' }, token: { type: 'string', writeOnly: true } },
});
const init = core.defineSchema({
  type: 'object',
  properties: { fails: { type: 'string' }, salt: { type: 'string', writeOnly: true } },
});

/** Every form in which a secret gets into a text. */
function formsOf(secret) {
  const json = JSON.stringify({ token: secret });
  return [
    secret,
    json,
    JSON.stringify(json),
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase(),
    String(new URLSearchParams({ token: secret })),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    Buffer.from('user:' + secret + ':more').toString('base64'),
    Buffer.from('me:' + secret).toString('base64url'),
  ];
}

class Leaking extends core.DestinationInterface {
  constructor(debug, resource, destination, logger, metrics) {
    super(debug, resource, destination);
    this.logger = logger;
    this.metrics = metrics;
    this.leak('constructor', logger);
  }
  text() {
    const { token } = this.credentials;
    const { salt = '' } = this.init;
    return 'leaked ' + [...formsOf(token), ...(salt === '' ? [] : formsOf(salt))].join(' , ');
  }
  leak(where, logger) {
    const text = this.text();
    for (const level of ['debug', 'info', 'warn', 'error']) {
      logger[level](where + ' ' + text, { text, credentials: this.credentials, error: new Error(text) });
    }
    this.metrics.count('calls_total', { where, text });
    this.metrics.gauge('gauge', 1, { [text]: where });
    this.metrics.observe('duration_' + text, 1, { where });
  }
  error(Kind, options = {}) {
    const cause = new Error('cause ' + this.text(), { cause: Object.assign(new Error(this.text()), { code: this.credentials.token }) });
    return new Kind(this.text(), { code: 'LEAKED', cause, ...options });
  }
  async open({ logger }) {
    this.leak('open', logger);
    if (this.init.fails === 'open') throw this.error(core.ConfigurationError);
  }
  async check({ logger }) {
    this.leak('check', logger);
    return { ok: false, message: this.text(), steps: [{ name: 'look ' + this.credentials.token, ok: false, message: this.text() }] };
  }
  async dispatchEvent(data, profile, session, event, { logger, attempt }) {
    this.leak('dispatch', logger);
    const { fails } = this.init;
    if (fails === 'code') throw new core.PermanentError('coded', { code: this.credentials.token });
    if (fails === 'text') throw this.text();
    if (fails === 'object') throw { message: this.text(), code: this.text(), token: this.credentials };
    if (fails === 'permanent' || attempt > 1) throw this.error(core.PermanentError);
    if (fails === 'configuration') throw this.error(core.ConfigurationError);
    throw this.error(core.TransientError);
  }
  async dispatchProfile(data, profile, session, context) {
    return this.dispatchEvent(data, profile, session, undefined, context);
  }
  async forgetProfile(id, { logger }) {
    this.leak('forget', logger);
    throw this.error(core.TransientError);
  }
  async close() {
    this.leak('close', this.logger);
    throw this.error(core.TransientError);
  }
}
core.RegisterDestination({
  package: 'leaking', title: 'Leaking', credentials, init, inject: [core.LOGGER, core.METRICS],
})(Leaking);
exports.Leaking = Leaking;
`;

/** How calls fail, by `init.fails`. */
export const FAILURES = ['open', 'code', 'text', 'object', 'permanent', 'configuration', 'transient'] as const;
