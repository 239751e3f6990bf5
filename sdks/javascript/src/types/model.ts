import type { FromWire } from "../wire.js";

/** The vision models that the server can ask. */
export interface Models extends FromWire {
  /** The one that is asked where none is named. */
  default: string;
  /** Whether the server has a key for that one. */
  defaultUsable: boolean;
  providers: ModelProvider[];
  /** Servers of the operator's own. */
  aliases: ModelAlias[];
}

/** One provider of models. */
export interface ModelProvider extends FromWire {
  /** `anthropic`, `openai`, `gemini`. */
  name: string;
  /** Whether the server has a key for it. */
  configured: boolean;
  /** The environment variable of the server that holds it. */
  keyVariable: string;
  /** Models of it whose price is known; others can be asked, too. */
  models: string[];
}

/** A server of models that the operator named. */
export interface ModelAlias extends FromWire {
  /** Models there are called `<model>@<name>`. */
  name: string;
}
