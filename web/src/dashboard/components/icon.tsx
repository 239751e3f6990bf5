import { SHAPES, type IconName } from "./icon-shapes";

export type { IconName };

/** A small drawing in the colour of the text. It says nothing by itself: words or a label stand beside it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number | undefined }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}
