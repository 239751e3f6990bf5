const locale = navigator.language;
const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
const time = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
const number = new Intl.NumberFormat("en");
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** A moment in full, as the person's own system writes it. Times are Unix seconds. */
export const formatDateTime = (at: number): string => dateTime.format(at * 1000);
export const formatTime = (at: number): string => time.format(at * 1000);

export const formatCount = (count: number): string => number.format(count);
/** `12.4K` */
export const formatCompact = (count: number): string => compact.format(count);

/** `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`; or `in 3 min`. */
export function formatAgo(at: number, now: number): string {
  const seconds = Math.round(now - at);
  const text = formatSpan(Math.abs(seconds));
  if (Math.abs(seconds) < 5) return "just now";
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}

/** Seconds in their largest unit: `45 s`, `12 min`, `3 h`, `2 d`. */
export function formatSpan(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** How long something took: `85 ms`, `1.2 s`, `2 min 5 s`, `1 h 4 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  const minutes = Math.round(whole / 60);
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** A place on a time line: `0:07`, `12:30`, `1:02:03`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return `${h ? `${h}:${String(m).padStart(2, "0")}` : m}:${String(s).padStart(2, "0")}`;
}

/** `0 B`, `12 kB`, `3.4 MB` */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** US dollars; small sums keep the digits that say something: `$0.0042`, `$1.20`. */
export function formatCost(dollars: number): string {
  if (dollars === 0) return "$0";
  if (dollars < 0.00005) return "< $0.0001";
  return `$${dollars < 0.1 ? dollars.toFixed(4).replace(/0{1,2}$/, "") : dollars.toFixed(2)}`;
}
