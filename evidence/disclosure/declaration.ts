/**
 * What of a predicate is hidden, as patterns of JSON Pointers (`*` one level, `**` any number). The order of `names` matters:
 * the first place that holds a name gets the commitment, the others refer to it.
 */
export interface Declaration {
  /** Values that are the name of a host or a person, or an address. In all other text they are replaced, too. */
  readonly names: readonly string[];
  /** Values that are hidden as a whole, whatever they are: what came from hosts and what people wrote. */
  readonly whole: readonly string[];
  /** Values that stay as they are, even where they happen to be spelled like a name: ids, states and times. */
  readonly plain: readonly string[];
}
