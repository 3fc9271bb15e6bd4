// What is delivered: envelopes whose JSON text has 1,024 bytes, each with an id of its own and one of a thousand profiles.

const SIZE = 1_024;
const PROFILES = 1_000;

function build(number, text, filler) {
  return {
    id: `envelope-${text}`,
    event: {
      id: `event-${text}`,
      type: 'order-created',
      source: { id: 'shop' },
      properties: {
        order: `order-${text}`,
        total: 129.95,
        currency: 'EUR',
        coupon: 'spring-sale',
        items: [
          { sku: 'sku-10293-blue-m', name: 'Shirt, blue, medium', price: 39.95, quantity: 2 },
          { sku: 'sku-55120-black', name: 'Belt, black', price: 50.05, quantity: 1 },
        ],
        comment: filler,
      },
    },
    profile: {
      id: `profile-${String(number % PROFILES).padStart(4, '0')}`,
      traits: { name: 'Ada Example', email: 'ada@shop.example', plan: 'pro', city: 'Wrocław', newsletter: true },
      consents: { marketing: true, analytics: false },
    },
    session: { id: `session-${text}`, context: { page: { url: 'https://shop.example/checkout' }, device: 'phone' } },
  };
}

/** In order, as ids that begin with the time are. */
const ordered = (number) => String(number).padStart(12, '0');

/** In no order, as random ids are: an odd factor modulo 2 ** 32 gives each number another one. */
const scattered = (number) => (Math.imul(number, 2_654_435_761) >>> 0).toString(16).padStart(12, '0');

const bare = Buffer.byteLength(JSON.stringify(build(0, ordered(0), '')));
const filler = 'please leave it with the neighbour '.repeat(SIZE).slice(0, SIZE - bare);

/** The envelope of a number: the same in every run. Their ids are in order. */
export function makeEnvelope(number) {
  return build(number, ordered(number), filler);
}

/** The same, with ids in no order: what an index of ids likes less. */
export function makeScatteredEnvelope(number) {
  return build(number, scattered(number), filler);
}

for (const make of [makeEnvelope, makeScatteredEnvelope]) {
  if (Buffer.byteLength(JSON.stringify(make(7))) !== SIZE) throw new Error(`an envelope is not ${SIZE} bytes long`);
}
