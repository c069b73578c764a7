/** Compares an answer with its row of the table, and with what holds for every answer. */
import { expect } from "vitest";
import { type AnswerRow, neverRepeated } from "./answers-table.ts";

/** The row's call as a Request to `origin`, e.g. `https://site.example`. Each call makes a fresh one. */
export function requestOf({ request }: AnswerRow, origin: string): Request {
  return new Request(new URL("/okta-webhooks-endpoint", origin), {
    method: request.method,
    headers: request.headers,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
}

/** Fails unless `response` is what `row` says. Reads the response's body. */
export async function expectAnswer(response: Response, { request, answer }: AnswerRow): Promise<void> {
  const text = await response.text();
  expect(response.status, text).toBe(answer.status);
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    expect(response.headers.get(name), name).toEqual(
      typeof value === "string" ? value : expect.stringMatching(value),
    );
  }
  if (answer.body !== undefined) expect(text).toBe(answer.body);
  else if (request.method !== "HEAD") expectProblem(response, text, answer);
  for (const value of neverRepeated) {
    expect(text + JSON.stringify([...response.headers])).not.toContain(value);
  }
}

function expectProblem(response: Response, text: string, { status, says }: AnswerRow["answer"]): void {
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(JSON.parse(text)).toMatchObject({
    status,
    title: expect.stringMatching(/\S/),
    detail: expect.stringMatching(/\S/),
  });
  if (says !== undefined) expect(text).toMatch(says);
}
