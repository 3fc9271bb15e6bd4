export { WebhookDestination } from './webhook-destination';
export type { WebhookCredentials, WebhookInit } from './webhook-schemas';
