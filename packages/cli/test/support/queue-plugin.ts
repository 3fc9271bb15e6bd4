/** A plugin file of an application: an intake that hands in what its `init` lists, and an outbox in memory. */
export const QUEUE_PLUGIN = `
const core = require('@dest/core');

const credentials = core.defineSchema({ type: 'object' });
const init = core.defineSchema({
  type: 'object',
  properties: { messages: { type: 'array', default: [] }, empty: { type: 'boolean', default: false } },
  additionalProperties: false,
});

class QueueIntake extends core.IntakeInterface {
  async start(accept) {
    for (const [index, envelope] of this.init.messages.entries()) {
      await accept({ envelope, fallbackId: 'queue:' + index }).catch(() => undefined);
    }
  }
  async check() {
    return this.init.empty ? { ok: false, message: 'nobody fills the queue' } : { ok: true, message: 'it is there' };
  }
  async close() {}
}
core.RegisterIntake({ package: 'queue#intake', title: 'Queue', credentials, init })(QueueIntake);

module.exports = { QueueIntake };
`;
