/** `npm run soak`: many times as much, for as long as it takes. */
export const isSoak = process.env.DEST_SOAK === '1';
