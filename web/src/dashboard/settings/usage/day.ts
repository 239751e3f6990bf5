/** Days as the server names them: `2026-11-26`, in UTC. */
type Day = string;

const short = new Intl.DateTimeFormat(navigator.language, { day: "numeric", month: "short", timeZone: "UTC" });
const long = new Intl.DateTimeFormat(navigator.language, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export const shortDay = (day: Day): string => short.format(Date.parse(day));
export const longDay = (day: Day): string => long.format(Date.parse(day));

/** Its first moment, in Unix seconds. */
export const startOfDay = (day: Day): number => Date.parse(day) / 1000;
