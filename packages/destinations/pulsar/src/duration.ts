/** What a duration looks like: `90s`, `1h30m`, `3d`. */
export const DURATION_PATTERN = '^(\\d{1,9}(ms|s|m|h|d|w))+$';
