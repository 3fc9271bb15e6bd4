/** The parts of which the default payload is made, in its order. */
export const PAYLOAD_PARTS = ['event', 'profile', 'session'] as const;

export type PayloadPart = (typeof PAYLOAD_PARTS)[number];
