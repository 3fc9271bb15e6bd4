/** A plugin file of an application: destinations that do what their `init` says. */
export const DOUBLE_PLUGIN = `
const { appendFileSync } = require('node:fs');
const core = require('@dest/core');

const credentials = core.defineSchema({
  type: 'object',
  properties: { user: { type: 'string' }, password: { type: 'string', writeOnly: true } },
});
const init = core.defineSchema({
  type: 'object',
  properties: {
    path: { type: 'string' },
    failTimes: { type: 'integer', default: 0 },
    refuse: { type: 'boolean', default: false },
    hang: { type: 'boolean', default: false },
    delayMs: { type: 'integer', default: 0 },
    open: { type: 'string' },
    check: { type: 'string' },
    leak: { type: 'boolean', default: false },
    forgets: { type: 'boolean', default: true },
  },
  additionalProperties: false,
});

class Double extends core.DestinationInterface {
  constructor(debug, resource, destination) {
    super(debug, resource, destination);
    this.failures = destination.init.failTimes;
  }
  async open() {
    const { open, leak } = this.init;
    if (leak) throw new core.ConfigurationError('refused the password ' + this.credentials.password, { code: 'DOUBLE_REFUSED' });
    if (open === 'unreachable') throw new core.TransientError('nobody answers', { code: 'DOUBLE_UNREACHABLE' });
    if (open === 'unbound') throw new core.ConfigurationError('install double-client', { code: 'DOUBLE_CLIENT_NOT_INSTALLED' });
    if (open === 'hang') await new Promise(() => undefined);
  }
  async dispatchEvent(data) {
    const { path, refuse, hang, delayMs } = this.init;
    if (hang) await new Promise(() => undefined);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (refuse) throw new core.PermanentError('the other side refuses it', { code: 'DOUBLE_REFUSES' });
    if (this.failures-- > 0) throw new core.TransientError('not now', { code: 'DOUBLE_NOT_NOW' });
    if (path !== undefined) appendFileSync(path, JSON.stringify(data) + '\\n');
  }
  async dispatchProfile(data) {
    return this.dispatchEvent(data);
  }
}
class CheckedDouble extends Double {
  async check() {
    const ok = this.init.check !== 'fails';
    return { ok, steps: [{ name: 'reachable', ok: true }, { name: 'writable', ok, ...(ok ? {} : { message: 'it is read-only' }) }] };
  }
}
class ForgettingDouble extends Double {
  async forgetProfile(id) {
    if (!this.init.forgets) throw new core.TransientError('not now', { code: 'DOUBLE_NOT_NOW' });
    if (this.init.path !== undefined) appendFileSync(this.init.path, JSON.stringify({ forgotten: id }) + '\\n');
  }
}
core.RegisterDestination({ package: 'forgetting-double', title: 'Double that can forget', credentials, init })(ForgettingDouble);
core.RegisterDestination({ package: 'double', title: 'Double', credentials, init })(Double);
core.RegisterDestination({ package: 'checked-double', title: 'Double with a check', credentials, init })(CheckedDouble);
exports.Double = Double;
exports.CheckedDouble = CheckedDouble;
exports.ForgettingDouble = ForgettingDouble;
`;
