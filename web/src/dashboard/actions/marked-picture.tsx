import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../components/icon";
import type { Mark } from "./pointer";
import "./marked-picture.css";

interface Size {
  width: number;
  height: number;
}

/** A picture of the screen with the pointer, and what was pressed, drawn where it was. */
export function MarkedPicture(props: {
  src: string;
  /** What is seen: "Screen after: Clicked at 500, 300". */
  alt: string;
  /** Size of the desktop, which marks count in; the picture's own where it is not known. */
  display: Size | null | undefined;
  mark?: Mark | null | undefined;
  /** Where the pointer rests when there is no mark. */
  pointer?: readonly [number, number] | null | undefined;
  children?: ComponentChildren;
}) {
  const { src, alt, display, mark, pointer, children } = props;
  const [natural, setNatural] = useState<Size | null>(null);
  const [broken, setBroken] = useState("");
  const size = display ?? natural;
  return (
    <div class="marked" style={size ? { aspectRatio: `${size.width} / ${size.height}` } : {}}>
      {broken === src ? (
        <p class="marked-gone muted">
          <Icon name="image" />
          This picture is not kept any more.
        </p>
      ) : (
        <img
          src={src}
          alt={alt}
          draggable={false}
          onLoad={({ currentTarget: image }) => setNatural({ width: image.naturalWidth, height: image.naturalHeight })}
          onError={() => setBroken(src)}
        />
      )}
      {size && (
        <svg class="marks" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
          {mark ? <MarkShape mark={mark} unit={size.width / 100} /> : pointer && <Pointer at={pointer} unit={size.width / 100} />}
        </svg>
      )}
      {children}
    </div>
  );
}

/** `unit` is a hundredth of the width, so that marks are as large on every screen. */
function MarkShape({ mark, unit }: { mark: Mark; unit: number }) {
  const [x, y] = mark.at;
  if (mark.region) {
    const [x0, y0, x1, y1] = mark.region;
    return <rect class="mark-line" x={Math.min(x0, x1)} y={Math.min(y0, y1)} width={Math.abs(x1 - x0)} height={Math.abs(y1 - y0)} rx={unit * 0.4} />;
  }
  const start = mark.path?.[0];
  return (
    <g key={`${x},${y}`}>
      {mark.path && <polyline class="mark-line" points={mark.path.map((point) => point.join(",")).join(" ")} />}
      {start && <circle class="mark-dot" cx={start[0]} cy={start[1]} r={unit * 0.6} />}
      {mark.scroll && <path class="mark-line" d={ARROWS[mark.scroll](x, y, unit)} />}
      {mark.press && <circle class="mark-halo" cx={x} cy={y} r={unit * 2.4} />}
      {mark.press && <circle class="mark-ring" cx={x} cy={y} r={unit * 1.5} />}
      <Pointer at={mark.at} unit={unit} />
    </g>
  );
}

const ARROWS: Record<NonNullable<Mark["scroll"]>, (x: number, y: number, unit: number) => string> = {
  up: (x, y, u) => `M${x} ${y - u}V${y - 6 * u}m${-1.4 * u} ${1.4 * u}l${1.4 * u} ${-1.4 * u} ${1.4 * u} ${1.4 * u}`,
  down: (x, y, u) => `M${x} ${y + u}V${y + 6 * u}m${-1.4 * u} ${-1.4 * u}l${1.4 * u} ${1.4 * u} ${1.4 * u} ${-1.4 * u}`,
  left: (x, y, u) => `M${x - u} ${y}H${x - 6 * u}m${1.4 * u} ${-1.4 * u}l${-1.4 * u} ${1.4 * u} ${1.4 * u} ${1.4 * u}`,
  right: (x, y, u) => `M${x + u} ${y}H${x + 6 * u}m${-1.4 * u} ${-1.4 * u}l${1.4 * u} ${1.4 * u} ${-1.4 * u} ${1.4 * u}`,
};

function Pointer({ at: [x, y], unit }: { at: readonly [number, number]; unit: number }) {
  return <path class="mark-pointer" transform={`translate(${x} ${y}) scale(${unit * 0.13})`} d="M0 0V17l4.2-3.9 2.7 6.2 2.9-1.3-2.7-6H13Z" />;
}
