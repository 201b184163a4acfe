import { hash } from 'node:crypto';
import type { Sha256 } from '../digest.ts';

/** SHA-256 by Node's OpenSSL. */
export const sha256: Sha256 = (data) => hash('sha256', data, 'hex');
