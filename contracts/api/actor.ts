import { actorSchema } from '../decision.ts';
import { named } from './named-schemas.ts';

/** Who did it, and how we know. */
export const apiActorSchema = named('Actor', actorSchema);
