import type { Json } from '../numbers/json.js';

/** A REST answer before it is written. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** A request that cannot be answered; it knows the answer the exchange gives instead. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly answer: Answer;

  constructor(status: number, message: string) {
    super(message);
    this.answer = { status, body: { error: { name: status, message } } };
  }
}

export const missingParameter = (): RequestProblem =>
  new RequestProblem(400, 'Missing request parameter error. Check the required parameters!');
export const typeMismatch = (): RequestProblem =>
  new RequestProblem(400, 'Type mismatch error. Check the parameters type!');
export const invalidParameter = (): RequestProblem =>
  new RequestProblem(400, 'Invalid parameter. Check the given value!');
export const invalidUnit = (): RequestProblem => new RequestProblem(400, 'specified unit is not valid.');
export const codeNotFound = (): RequestProblem => new RequestProblem(404, 'Code not found');

/** What the gateway answers when no service is behind a path. */
export const NO_ROUTE: Answer = {
  status: 404,
  body: { error: { name: 'not_found', message: 'no Route matched with those values' } },
};
