const OFF = /^(?:false|off|no|0|none|never|disabled?|inactive|suspended|stopped|paused)$/i;

/** Whether a setting is given as switched off, in whatever words. */
export const isOff = (value: unknown): boolean => OFF.test(String(value).slice(0, 20));
