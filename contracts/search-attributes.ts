import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Custom search attributes. They carry ids only: Temporal stores them unencrypted. */
export const searchAttributes = {
  site: defineSearchAttributeKey('MalachorSite', SearchAttributeType.KEYWORD),
  host: defineSearchAttributeKey('MalachorHost', SearchAttributeType.KEYWORD),
  check: defineSearchAttributeKey('MalachorCheck', SearchAttributeType.KEYWORD),
  severity: defineSearchAttributeKey('MalachorSeverity', SearchAttributeType.KEYWORD),
  tier: defineSearchAttributeKey('MalachorTier', SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey('MalachorState', SearchAttributeType.KEYWORD),
} as const;
