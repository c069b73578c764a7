/** An event type such as `user.lifecycle.create`; on a narrow screen it breaks between its parts. */
import { Fragment } from "preact";
import { PrintableText } from "./printable-text.tsx";

export function EventType({ type }: { type: string }) {
  return (
    <span>
      {type.split(/(?<=[._])/).map((part, index) => (
        // Parts repeat: only the place tells them apart.
        <Fragment key={`${index} ${part}`}>
          <PrintableText text={part} />
          <wbr />
        </Fragment>
      ))}
    </span>
  );
}
