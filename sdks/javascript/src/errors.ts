/** What is known of a failed call beside its status. */
export interface FailureDetails {
  /** What went wrong and what would be right. */
  message?: string;
  /** The server's own words alone. */
  sentence?: string | undefined;
  /** The server's code for programs, on workflows, runs and settings: `invalid_params`, `not_found`, … */
  code?: string | undefined;
  /** The header `x-request-id` of the answer: what to look for in the server's log. */
  requestId?: string | undefined;
  /** Seconds after which the server wants to be asked again. */
  retryAfter?: number | undefined;
  /** What was behind it. */
  cause?: unknown;
}

/** Everything that this client throws because of a server, a connection or an answer. Never holds the API key. */
export class NenDesktopError extends Error {
  // Written out in each class, since minifiers rename classes.
  override readonly name: string = "NenDesktopError";
  /** The HTTP status of the answer; 0 when there was none. */
  readonly statusCode: number;
  /** The answer's body as it was; empty when there was none. */
  readonly responseBody: string;
  /** What was wrong and what would be right in the server's own words, to be shown to people; undefined when it said nothing. */
  readonly sentence: string | undefined;
  /** The server's code for programs, on workflows, runs and settings: `invalid_params`, `not_found`, … */
  readonly code: string | undefined;
  /** The header `x-request-id` of the answer: what to look for in the server's log. */
  readonly requestId: string | undefined;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor(statusCode: number, responseBody: string, details: FailureDetails = {}) {
    const said = details.message ?? `the server answered ${statusCode}: ${responseBody}`;
    super(said, details.cause === undefined ? undefined : { cause: details.cause });
    this.statusCode = statusCode;
    this.responseBody = responseBody;
    this.sentence = details.sentence;
    this.code = details.code;
    this.requestId = details.requestId;
    this.retryAfter = details.retryAfter;
  }
}

/** 400: something in the request cannot be taken. */
export class BadRequestError extends NenDesktopError {
  override readonly name: string = "BadRequestError";
}

/** 401: the API key is missing, unknown, expired or revoked; or a signature is wrong. */
export class AuthenticationError extends NenDesktopError {
  override readonly name: string = "AuthenticationError";
}

/** 403: the key lacks a scope, or secrets were sent in a request that is not signed. */
export class PermissionDeniedError extends NenDesktopError {
  override readonly name: string = "PermissionDeniedError";
}

/** 404: no such desktop, session, file, key, workflow, run or webhook in this workspace. */
export class NotFoundError extends NenDesktopError {
  override readonly name: string = "NotFoundError";
}

/** 409: not now. A person holds the desktop, or the run has ended already. */
export class ConflictError extends NenDesktopError {
  override readonly name: string = "ConflictError";
}

/** 422: the agent could not do it, or the idempotency key was used with another body. */
export class UnprocessableError extends NenDesktopError {
  override readonly name: string = "UnprocessableError";
}

/** 429: a quota of the workspace is used up; see `retryAfter`. */
export class RateLimitError extends NenDesktopError {
  override readonly name: string = "RateLimitError";
}

/** 5xx: the server, the desktop or a model's provider failed, or there is no capacity. */
export class ServerError extends NenDesktopError {
  override readonly name: string = "ServerError";
}

/** The server lacks what was asked for: it is older than this client, or the base URL is not its root. */
export class UnsupportedByServerError extends NenDesktopError {
  override readonly name: string = "UnsupportedByServerError";
}

/** There was no answer, or it broke off. `statusCode` is 0. */
export class ConnectionError extends NenDesktopError {
  override readonly name: string = "ConnectionError";
  /** Whether the request may have reached the server, so that it may have been carried out. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, mayHaveArrived: boolean, cause?: unknown) {
    super(0, "", { message, cause });
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** The server took longer than the time that was given to it. The request may have been carried out. */
export class TimeoutError extends ConnectionError {
  override readonly name: string = "TimeoutError";
  constructor(message: string) {
    super(message, true);
  }
}

/** An answer that is none of Nen's: another server's page, or a shape that no version of Nen sends. */
export class NenDesktopContractError extends NenDesktopError {
  override readonly name: string = "NenDesktopContractError";
  /** What was answered. */
  readonly payload: unknown;

  constructor(message: string, payload: unknown, statusCode = 200, details: FailureDetails = {}) {
    super(statusCode, typeof payload === "string" ? payload : "", { ...details, message });
    this.payload = payload;
  }
}

const BY_STATUS: Readonly<Record<number, typeof NenDesktopError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  422: UnprocessableError,
  429: RateLimitError,
};

/** The error of a status, of the class that fits it. */
export function errorOf(statusCode: number, responseBody: string, details: FailureDetails): NenDesktopError {
  const Class = BY_STATUS[statusCode] ?? (statusCode >= 500 ? ServerError : NenDesktopError);
  return new Class(statusCode, responseBody, details);
}
