/** List prices of one model in US dollars per million tokens, and what a request to it may say. */
export interface ModelPrice {
  inputPerMillion: number;
  outputPerMillion: number;
  /** Prices of a request whose prompt is longer than `overTokens`, for all of its tokens. */
  longPrompt?: { overTokens: number; inputPerMillion: number; outputPerMillion: number };
  /** Whether `output_config.effort` is accepted. */
  acceptsEffort: boolean;
}

/** The model that is asked where `MALACHOR_PLANNER_MODEL` names none. */
export const defaultPlannerModel = 'claude-sonnet-5-5';

/** The name the local stand-in answers with; it bills nothing. */
export const localPlannerModel = 'local-planner';

/** Published at platform.claude.com/docs/en/about-claude/pricing; read in November 2026. */
export const modelPrices: Readonly<Record<string, ModelPrice>> = {
  'claude-opus-5-5': { inputPerMillion: 4, outputPerMillion: 20, acceptsEffort: true },
  'claude-sonnet-5-5': { inputPerMillion: 2, outputPerMillion: 10, acceptsEffort: true },
  'claude-haiku-5-5': {
    inputPerMillion: 0.1,
    outputPerMillion: 0.5,
    longPrompt: { overTokens: 100_000, inputPerMillion: 0.5, outputPerMillion: 2.5 },
    acceptsEffort: true,
  },
  'claude-fable-5-1': { inputPerMillion: 10, outputPerMillion: 50, acceptsEffort: true },
  'claude-opus-5': { inputPerMillion: 5, outputPerMillion: 25, acceptsEffort: true },
  'claude-haiku-4-5': { inputPerMillion: 1, outputPerMillion: 5, acceptsEffort: false },
  [localPlannerModel]: { inputPerMillion: 0, outputPerMillion: 0, acceptsEffort: true },
};

/** For a model the table does not know, so that its cost is never understated. */
const dearest: ModelPrice = {
  inputPerMillion: Math.max(...Object.values(modelPrices).map((price) => price.inputPerMillion)),
  outputPerMillion: Math.max(...Object.values(modelPrices).map((price) => price.outputPerMillion)),
  acceptsEffort: false,
};

/** The price of `model`; a dated name (`…-20251001`) has its family's, an unknown one the dearest of the table. */
export function priceOf(model: string): ModelPrice {
  return modelPrices[model] ?? modelPrices[model.replace(/-\d{8}$/u, '')] ?? dearest;
}

/** US dollars for one request. */
export function costOf(model: string, inputTokens: number, outputTokens: number): number {
  const price = priceOf(model);
  const rate = price.longPrompt && inputTokens > price.longPrompt.overTokens ? price.longPrompt : price;
  return (inputTokens * rate.inputPerMillion + outputTokens * rate.outputPerMillion) / 1_000_000;
}
