export type TokenKind = "comment" | "string" | "keyword" | "number" | "decorator" | "name" | "plain";

export interface Token {
  kind: TokenKind;
  text: string;
}

const KEYWORDS = new Set(
  "False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield".split(" "),
);

const TOKEN = new RegExp(
  [
    /(?<comment>#[^\n]*)/,
    /(?<string>(?:\b[rRbBuUfF]{1,2})?(?:"""[\s\S]*?(?:"""|$(?![\s\S]))|'''[\s\S]*?(?:'''|$(?![\s\S]))|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))/,
    /(?<decorator>(?<=^[ \t]*)@[\w.]+)/,
    /(?<number>\b(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?j?)\b)/,
    /(?<word>[A-Za-z_]\w*)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gmu",
);

/** Python in parts that are coloured. What it does not know is plain; all parts together are the text. */
export function pythonTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let before = "";
  for (const found of text.matchAll(TOKEN)) {
    if (found.index > at) tokens.push({ kind: "plain", text: text.slice(at, found.index) });
    tokens.push({ kind: kindOf(found.groups ?? {}, before), text: found[0] });
    before = found.groups?.["word"] ?? "";
    at = found.index + found[0].length;
  }
  if (at < text.length) tokens.push({ kind: "plain", text: text.slice(at) });
  return tokens;
}

/** The tokens of each line. */
export function linesOf(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [[]];
  for (const { kind, text } of tokens) {
    for (const [index, piece] of text.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (piece) lines.at(-1)?.push({ kind, text: piece });
    }
  }
  if (lines.length > 1 && lines.at(-1)?.length === 0) lines.pop(); // the line's end at the end of the file
  return lines;
}

function kindOf(groups: Record<string, string | undefined>, before: string): TokenKind {
  if (groups["comment"] !== undefined) return "comment";
  if (groups["string"] !== undefined) return "string";
  if (groups["decorator"] !== undefined) return "decorator";
  if (groups["number"] !== undefined) return "number";
  if (before === "def" || before === "class") return "name";
  return KEYWORDS.has(groups["word"] ?? "") ? "keyword" : "plain";
}
