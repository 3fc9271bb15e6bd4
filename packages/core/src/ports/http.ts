/** `fetch` by the Fetch standard, under the host's network policy: an address that the policy blocks is refused at connect. */
export type Http = typeof globalThis.fetch;
