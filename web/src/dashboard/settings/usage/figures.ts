import { formatCompact, formatCost, formatCount } from "../../components/format";

/** `0 h`, `5.3 h`, `412 h` */
export function formatHours(hours: number): string {
  if (hours > 0 && hours < 0.05) return "< 0.1 h";
  return `${hours < 100 ? Number(hours.toFixed(1)) : formatCount(Math.round(hours))} h`;
}

/** `$0`, `$0.0042`, `$1.20`, `$1,234` */
export function formatDollars(dollars: number): string {
  return dollars >= 1000 ? `$${formatCount(Math.round(dollars))}` : formatCost(dollars || 0);
}

/** Marks of an axis are round, and short. */
export const axisCount = (count: number): string => formatCompact(count);
export const axisHours = (hours: number): string => `${hours < 10 ? Number(hours.toPrecision(2)) : formatCompact(hours)} h`;
export function axisDollars(dollars: number): string {
  if (Number.isInteger(dollars)) return `$${formatCompact(dollars)}`;
  return `$${dollars >= 0.1 ? dollars.toFixed(2) : Number(dollars.toPrecision(2))}`;
}

/** `4 %` */
export const formatShare = (part: number, whole: number): string => {
  const percent = whole > 0 ? (100 * part) / whole : 0;
  return percent > 0 && percent < 1 ? "< 1 %" : `${Math.round(percent)} %`;
};
