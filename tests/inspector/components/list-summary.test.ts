import { expect, it } from "vitest";
import { listSummary } from "../../../netlify/inspector/components/list-summary.ts";

it("leaves out the type, which stands above, and the ids", () => {
  expect(
    listSummary(
      "user.lifecycle.create: Jane Doe (00uyFkVfg5uViE35Tjxe) by Joe (00uLhGWnCkF8i7rvsVqV)",
      "user.lifecycle.create",
    ),
  ).toBe("Jane Doe by Joe");
});

it("keeps words of other kinds in brackets", () => {
  expect(listSummary("Locked: Jane (Sales) (FAILURE: LOCKED_OUT)", "user.account.lock")).toBe(
    "Locked: Jane (Sales) (FAILURE: LOCKED_OUT)",
  );
});

it("leaves the type out where nobody is named, too", () => {
  expect(listSummary("user.session.start, no actor", "user.session.start")).toBe("no actor");
});

it("says nothing where there is nothing but the type", () => {
  expect(listSummary("user.lifecycle.create", "user.lifecycle.create")).toBe("");
});
