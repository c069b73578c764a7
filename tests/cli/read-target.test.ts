import { expect, test } from "vitest";
import { readTarget } from "../../netlify/cli/read-target.ts";
import { CommandError } from "../../netlify/cli/terminal.ts";

test.each([
  ["https://example.netlify.app", "https://example.netlify.app", "/okta-webhooks-endpoint"],
  ["https://example.netlify.app/", "https://example.netlify.app", "/okta-webhooks-endpoint"],
  ["https://example.netlify.app/#/events", "https://example.netlify.app", "/okta-webhooks-endpoint"],
  ["http://localhost:4000/okta-webhooks-endpoint", "http://localhost:4000", "/okta-webhooks-endpoint"],
  ["https://hkdk.events/4b2c", "https://hkdk.events", "/4b2c"],
])("%s is the site %s with its endpoint at %s", (typed, site, path) => {
  expect(readTarget(typed)).toEqual({ site, endpoint: new URL(path, site) });
});

test.each(["", "localhost:1337", "ftp://example.com", "example"])("%j is no address", (typed) => {
  expect(() => readTarget(typed)).toThrow(CommandError);
});
