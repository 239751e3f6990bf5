import type { ComponentChildren } from "preact";
import type { Loaded as Answer } from "../server/load";
import { ErrorNotice } from "./notice";
import "./loading.css";

/** Grey bars where text is about to be. */
export function Skeleton({ lines = 3, height }: { lines?: number; height?: number | undefined }) {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} style={{ width: `${height ? 100 : 92 - ((index * 23) % 45)}%`, height: `${height ?? 14}px` }} />
      ))}
    </div>
  );
}

export function Spinner({ label = "Loading" }: { label?: string }) {
  return (
    <div class="spinner-box" role="status" aria-label={label}>
      <span class="spinner large" />
    </div>
  );
}

/**
 * Whatever state a load is in: `skeleton` before the first answer, the error with a way to try again, or `children` with
 * the data. An error after an answer is shown above what is known.
 */
export function Loaded<T>(props: {
  answer: Answer<T>;
  skeleton?: ComponentChildren;
  gone?: ComponentChildren;
  children(data: T): ComponentChildren;
}) {
  const { answer, skeleton = <Skeleton />, gone, children } = props;
  const notice = answer.error !== undefined && <ErrorNotice error={answer.error} again={() => void answer.again()} gone={gone} />;
  if (answer.data === undefined) return <>{notice || skeleton}</>;
  return (
    <>
      {notice}
      {children(answer.data)}
    </>
  );
}

