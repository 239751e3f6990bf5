/** X keysym and `KeyboardEvent.code` of the keys the panel offers. */
export const KEYS = {
  Ctrl: [0xffe3, "ControlLeft"],
  Alt: [0xffe9, "AltLeft"],
  Super: [0xffeb, "MetaLeft"],
  Tab: [0xff09, "Tab"],
  Esc: [0xff1b, "Escape"],
} as const;

export type KeyName = keyof typeof KEYS;

/** X keysym that types one character: Latin-1 is its own code, the rest is 0x01000000 + code point. */
export function keysymOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0a || code === 0x0d) return 0xff0d;
  if (code === 0x09) return 0xff09;
  return code < 0x100 ? code : 0x0100_0000 | code;
}
