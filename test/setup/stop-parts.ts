import { rmSync } from 'node:fs';
import { labInstanceSchema, removeInstance } from '../../stack/lab/instance.ts';

export default async function stopParts(): Promise<void> {
  const lab = process.env['MALACHOR_TEST_LAB'];
  if (lab) await removeInstance(labInstanceSchema.parse(JSON.parse(lab)).network);
  const data = process.env['MALACHOR_TEST_DATA'];
  if (data) rmSync(data, { recursive: true, force: true });
}
