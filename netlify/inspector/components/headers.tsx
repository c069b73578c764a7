/** The call's headers as they were kept: secrets are not among them. */
import { PrintableText } from "./printable-text.tsx";

export function Headers({ headers }: { headers: Readonly<Record<string, string>> }) {
  return (
    <dl class="headers">
      {Object.entries(headers).map(([name, value]) => (
        <div key={name}>
          <dt>
            <PrintableText text={name} />
          </dt>
          <dd class={value === "[redacted]" ? "redacted" : undefined}>
            <PrintableText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
