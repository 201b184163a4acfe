import { z } from 'zod';

/** Query of a list. Pass `nextCursor` of the last page, unchanged, for the next one. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_=-]{1,500}$/, 'pass nextCursor as it was given')
    .optional(),
};

/** A page of a list; the last one has no `nextCursor`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() });
}
