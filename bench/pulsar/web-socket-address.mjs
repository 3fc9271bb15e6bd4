// Addresses of Pulsar's WebSocket API.

/** Of a topic's producer. */
export function producerAddress(webSocketUrl, topic, parameters = {}) {
  const address = new URL(`${webSocketUrl}/ws/v2/producer/${topic.replace('://', '/')}`);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address;
}
