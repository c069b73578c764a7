/** All that an event was done to. */
import { CopyButton } from "../../components/buttons.tsx";
import { IncrementalList } from "../../components/facts.tsx";
import { PrintableText } from "../../components/text.tsx";
import { formatRoute, noFilter } from "../../routing/route.ts";
import type { PartyDetails } from "./read-particulars.ts";

export function Targets({ targets }: { targets: readonly PartyDetails[] }) {
  return (
    <ul class="targets">
      <IncrementalList
        items={targets}
        step={10}
        what="targets"
        row={({ type, name, login, id }, index) => {
          const search = id ?? login;
          return (
            // Okta may name the same target twice: only the place tells them apart.
            <li key={`${index} ${id}`}>
              {type !== null && (
                <span class="kind">
                  <PrintableText text={type} />
                </span>
              )}
              <PrintableText text={name ?? login ?? id ?? "nobody named"} />
              {login !== null && login !== name && (
                <span class="aside">
                  <PrintableText text={login} />
                </span>
              )}
              {login !== null && <CopyButton text={login} what="the login" label="Copy login" />}
              {id !== null && <CopyButton text={id} what="the id" label="Copy id" />}
              {search !== null && (
                <a
                  class="more-of"
                  href={formatRoute({ view: "events", filter: { ...noFilter, target: search }, uuid: null })}
                >
                  other events
                </a>
              )}
            </li>
          );
        }}
      />
    </ul>
  );
}
