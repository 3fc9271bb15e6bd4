/** The same samples in this process and in others. */
exports.laneOf = (destination) => ({ destination, package: '@acme/ledger', debug: false, generation: 1 });

exports.copyFor = (lane, rest = {}) => ({
  lane,
  limit: { maxBytes: 1_073_741_824, whenFull: 'reject' },
  kind: 'event',
  ...rest,
});

exports.envelopeOf = (id, profileId = `profile of ${id}`) => ({
  event: { id, type: 'order-created', properties: { note: `n${'o'.repeat(id.length * 40)}te é`, total: 12.5 } },
  profile: { id: profileId, traits: { email: `${profileId}@example.org` } },
});

exports.accepted = (id, profileId) => ({
  id,
  envelope: exports.envelopeOf(id, profileId),
  acceptedAt: 1_700_000_000_000,
});
