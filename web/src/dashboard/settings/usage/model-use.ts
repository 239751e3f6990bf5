import type { ModelUseDay } from "nen-client";

/** What one model was used for in a time. */
export interface ModelUse {
  model: string;
  calls: number;
  /** Tokens read, from a cache or not. */
  read: number;
  /** Those of them that came from the provider's cache. */
  cached: number;
  written: number;
  /** US dollars; null when no price was known on any day. */
  cost: number | null;
  /** Some days had no known price, so the cost is more than is said. */
  isPartly: boolean;
}

/** The days summed up by model, the dearest first. */
export function byModel(days: readonly ModelUseDay[]): ModelUse[] {
  const found = new Map<string, ModelUse>();
  for (const day of days) {
    const use = found.get(day.model) ?? { model: day.model, calls: 0, read: 0, cached: 0, written: 0, cost: null, isPartly: false };
    found.set(day.model, use);
    use.calls += day.calls;
    use.read += day.inputTokens + day.cachedInputTokens + day.cacheWriteTokens;
    use.cached += day.cachedInputTokens;
    use.written += day.outputTokens;
    if (day.costUsd === null) use.isPartly = true;
    else use.cost = (use.cost ?? 0) + day.costUsd;
  }
  return [...found.values()].sort((a, b) => (b.cost ?? -1) - (a.cost ?? -1) || b.calls - a.calls);
}
