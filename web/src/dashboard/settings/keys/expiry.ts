/** When a key is to end: after a number of days, on a day, or never. */
export type Ending = "7" | "30" | "90" | "365" | "day" | "never";

export const ENDINGS: readonly { value: Ending; label: string }[] = [
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "day", label: "On a day of your choice" },
  { value: "never", label: "Never" },
];

/** The moment in Unix seconds; null for never, undefined where the day is missing or over. A day counts to its end, here. */
export function endOf(ending: Ending, day: string, now: number): number | null | undefined {
  if (ending === "never") return null;
  if (ending !== "day") return Math.floor(now) + Number(ending) * 86_400;
  const [year = NaN, month = NaN, date = NaN] = day.split("-").map(Number);
  const end = Math.floor(new Date(year, month - 1, date + 1).getTime() / 1000);
  return end > now ? end : undefined;
}

/** The day of a moment here, as a field for days takes it. */
export function dayOf(at: number): string {
  const date = new Date(at * 1000);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
