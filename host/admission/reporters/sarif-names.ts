/** Name of our fingerprint in SARIF, with its version: another way to make them gets another one. */
export const FINGERPRINT_NAME = 'dvdi/v1';
